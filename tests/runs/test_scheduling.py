"""The files for schedulers: each is read by what would read it, and calls commands that exist."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
import typer.main
import yaml

from exchange.cli import app
from exchange.notebooks import check, declared
from exchange.paths import NOTEBOOKS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "scheduling"
FILES = sorted(path.name for path in FOLDER.iterdir() if path.is_file())


def text(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def test_the_page_names_every_file_and_every_file_is_named():
    page = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\]\(scheduling/([^)]+)\)", page)) == FILES


@pytest.mark.parametrize("name", [*FILES, "../scheduling.md"])
def test_every_call_of_ours_in_a_file_has_a_command_and_options_that_exist(name):
    known = typer.main.get_command(app).commands
    said = text(name).replace("[exchange, run,", "exchange run ").replace(",", " ")
    for command, rest in re.findall(r"\bexchange (due|run)\b([^\n|&>`\"\]]*)", said):
        options = {option for parameter in known[command].params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--?[a-z-]+", rest)) <= options, rest


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_service_and_the_timer(tmp_path):
    for name in ("exchange-due.service", "exchange-due.timer"):
        # The program is looked for; the one that is meant is not installed here.
        unit = text(name).replace("/srv/exchange/.venv/bin/exchange", "/bin/true")
        (tmp_path / name).write_text(unit)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "exchange-due" not in done.stderr


def test_the_crontab_has_five_fields_of_time_and_a_command():
    lines = [line for line in text("crontab").splitlines() if line and not line.startswith("#")]
    assert re.fullmatch(r"EXCHANGE_DATABASE=\S+", lines[0])
    croniter = pytest.importorskip("croniter")
    for line in lines[1:]:
        assert croniter.croniter.is_valid(" ".join(line.split()[:5]))
        assert line.split()[5:7] == ["cd", "/srv/exchange"]
        assert "%" not in line, "cron reads it as the end of the line"


def test_jupyter_scheduler_takes_the_job_and_the_notebook_takes_its_parameters():
    models = pytest.importorskip("jupyter_scheduler.models")
    said = json.loads(text("jupyter-scheduler.json"))
    job = models.CreateJobDefinition(input_uri=said["input_filename"], **said)
    assert job.schedule == "30 2 * * 1"
    notebook = nbformat.read(NOTEBOOKS / said["input_filename"], as_version=4)
    assert check(declared(notebook), said["parameters"]) == said["parameters"]


def test_the_airflow_dag_compiles_and_its_notebook_takes_its_parameters():
    tree = ast.parse(text("airflow_dag.py"))
    compile(tree, "airflow_dag.py", "exec")
    calls = {call.func.id: call for call in ast.walk(tree) if isinstance(call, ast.Call)
             and isinstance(call.func, ast.Name)}
    assert {"DAG", "BashOperator", "PapermillOperator"} <= set(calls)
    words = {word.arg: word.value for word in calls["PapermillOperator"].keywords}
    notebook = nbformat.read(NOTEBOOKS / "05_evaluation.ipynb", as_version=4)
    assert check(declared(notebook), ast.literal_eval(words["parameters"]))


def test_the_workflow_of_github_is_whole_and_calls_our_command():
    said = yaml.safe_load(text("github-actions.yml"))
    assert said[True]["schedule"] == [{"cron": "30 2 * * *"}]  # YAML takes the word "on" for yes
    steps = said["jobs"]["due"]["steps"]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    assert [step["if"] for step in steps if "exchange run --due" in step.get("run", "")] == [
        "steps.due.outputs.status == '0'"]


def test_kubernetes_is_given_a_job_that_never_runs_twice_at_once():
    said = yaml.safe_load(text("kubernetes.yml"))
    assert (said["kind"], said["spec"]["concurrencyPolicy"]) == ("CronJob", "Forbid")
    (container,) = said["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"][:3] == ["exchange", "run", "--due"]


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_the_batch_script_of_slurm_is_a_script():
    assert subprocess.run(["bash", "-n", FOLDER / "slurm.sh"], check=False).returncode == 0
    assert re.search(r"^#SBATCH --ntasks=10$", text("slurm.sh"), re.MULTILINE)
