# ruff: noqa: INP001 - a file to copy, not a part of the package
"""Airflow 3: every night look what is due, run it, and evaluate one exchange with the papermill operator.

`due` ends with 99 when nothing is due, which Airflow shows as skipped; what depends on it is skipped too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HOME = "/srv/exchange"

with DAG(
    dag_id="city_learning_exchange",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1),  # noqa: DTZ001 - Airflow takes it for UTC
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
) as dag:
    due = BashOperator(
        task_id="due", cwd=HOME, skip_on_exit_code=99,
        bash_command=".venv/bin/exchange due --notify runs/due.md || { s=$?; [ $s = 1 ] && exit 99; exit $s; }",
    )
    run = BashOperator(
        task_id="run", cwd=HOME, bash_command=".venv/bin/exchange run --due --progress lines",
    )
    rotterdam = PapermillOperator(
        task_id="rotterdam",
        input_nb=f"{HOME}/notebooks/05_evaluation.ipynb",
        output_nb=f"{HOME}/runs/rotterdam-{{{{ ds }}}}.ipynb",
        parameters={"city": "rotterdam", "language": "en"},
    )
    due >> run >> rotterdam
