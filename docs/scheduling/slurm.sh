#!/bin/bash
# sbatch slurm.sh: a Dask cluster of eight workers inside one allocation, and the call that uses it.
#SBATCH --job-name=exchange-due
#SBATCH --ntasks=10
#SBATCH --cpus-per-task=2
#SBATCH --time=02:00:00
set -euo pipefail
cd /srv/exchange
port=8786
host=$(hostname)
srun --ntasks=1 --nodes=1 --exact .venv/bin/dask scheduler --host "$host" --port "$port" &
srun --ntasks=8 --exact .venv/bin/dask worker "tcp://$host:$port" --nthreads 2 --no-nanny &
srun --ntasks=1 --nodes=1 --exact .venv/bin/exchange run --due --executor "dask://$host:$port" --progress lines
scancel "$SLURM_JOB_ID"
