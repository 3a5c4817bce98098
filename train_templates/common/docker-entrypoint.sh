#!/bin/bash
# Entrypoint of every train container: mounts the data set, runs setup.py, then train.py with the arguments of the run.
#
# What the platform gives lies read-only under /run/trainyard:
#   config/train_config.json, config/export_config.json   put into the working directory before setup.py
#   destination                                           one line: another folder to put them into
#   split.json                                            read by cvat_dataset.py
# The exit code is that of the first step that failed. SIGTERM and SIGINT reach setup.py and train.py as SIGTERM.
# So does SIGPWR, which a container engine sends that is stopped itself; the exit code is 158 then, whatever they made of
# it, since the training has not come to its end.

readonly GIVEN=/run/trainyard
readonly HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly PYTHON="$(command -v python || command -v python3)"

child=""
stopping=""
interrupted=""
engine_stopped=""

timestamp() { date +%Y-%m-%dT%H:%M:%S; }

# Passes a stop on to the running child. Children in the background of a script ignore SIGINT, so it becomes SIGTERM.
forward_stop() {
    stopping=yes
    interrupted=yes
    [[ -n "$child" ]] && kill -TERM "$child" 2>/dev/null
}

engine_stops() {
    engine_stopped=yes
    forward_stop
}

# Runs a program so that a stop reaches it at once; returns its exit code.
run() {
    local code again
    [[ -n "$stopping" ]] && return 143
    "$@" &
    child=$!
    # A stop that came before $child was known did not reach the program.
    [[ -n "$stopping" ]] && kill -TERM "$child" 2>/dev/null
    while :; do
        interrupted=""
        wait "$child"
        code=$?
        [[ -z "$interrupted" ]] && break
        # The trap ended this wait early, or just after the child's end: then bash still knows the child's code.
        interrupted=""
        if ! kill -0 "$child" 2>/dev/null; then
            wait "$child"
            again=$?
            [[ $again -ne 127 ]] && code=$again
            break
        fi
    done
    child=""
    return "$code"
}

# .env holds shell assignments. The platform's DATASET_ID wins: a leftover in .env must not train on other data.
load_env_file() {
    local given_id="${DATASET_ID:-}" names
    [[ -s .env ]] || return 0
    names="$(sed -n 's/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}\([A-Za-z_][A-Za-z0-9_]*\)=.*/\2/p' .env | tr '\n' ' ')"
    # Names only: values may be secrets, and logs are read by many.
    [[ -n "$names" ]] && echo "Environment variables from .env: $names"
    set -a
    # shellcheck disable=SC1091
    . ./.env
    set +a
    [[ -n "$given_id" ]] && export DATASET_ID="$given_id"
    return 0
}

place_config() {
    local destination="$PWD" name
    [[ -s "$GIVEN/destination" ]] && IFS= read -r destination <"$GIVEN/destination"
    for name in train_config.json export_config.json; do
        [[ -f "$GIVEN/config/$name" ]] || continue
        mkdir -p "$destination" && rm -f "$destination/$name" && cat "$GIVEN/config/$name" >"$destination/$name" || {
            echo "Error: $name could not be written to $destination." >&2
            return 1
        }
    done
}

mount_dataset() {
    local script="$HERE/mount-s3.sh"
    [[ -f "$script" ]] || script=./mount-s3.sh
    [[ -f "$script" ]] || return 0
    bash "$script" -t "${OID_ACCESS_TOKEN:-}" -s "${S3_HOST:-}" -b "${S3_BUCKET_NAME:-}" -m /minio
}

# A short look at a folder: how many entries, and the first few.
show_folder() {
    [[ -d "$1" ]] || { echo "$1 is not there."; return 0; }
    echo "$1 ($(ls -A "$1" | wc -l) entries)"
    ls -A "$1" | head -n 15 | sed 's/^/  /'
}

show_json() { "$PYTHON" -m json.tool "$1" 2>/dev/null || cat "$1"; }

show_gpus() { command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null; return 0; }

show_export_config() {
    [[ -s export_config.json ]] || return 0
    [[ "$(tr -d '[:space:]' <export_config.json)" =~ ^(\{\}|null)?$ ]] && return 0
    echo "The model will be exported to ONNX with this configuration:"
    show_json export_config.json
}

# Fills the array train_args. No value ever passes through a shell: $(…), ; and * stay what they are.
read_train_args() {
    local file first code
    file="$(mktemp)" || return 1
    "$PYTHON" config_to_args.py --null >"$file"
    code=$?
    if [[ $code -eq 0 ]]; then
        if IFS= read -r -d '' first <"$file"; then
            mapfile -d '' -t train_args <"$file"
        else
            # A template may bring a config_to_args.py of its own, which knows only one line of words.
            IFS=$' \t\n' read -r -d '' -a train_args <"$file"
        fi
    fi
    rm -f "$file"
    return "$code"
}

train() {
    local train_args=()
    read_train_args || return
    echo "Training started: $(timestamp)"
    run "$PYTHON" train.py "${train_args[@]}"
}

main() {
    load_env_file
    if [[ -z "${DATASET_ID:-}" ]]; then
        echo "Error: DATASET_ID is not set. Start the container with -e DATASET_ID=<id of the data set>." >&2
        return 1
    fi
    if [[ -z "$PYTHON" ]]; then
        echo "Error: this image has no Python." >&2
        return 127
    fi
    place_config || return
    mount_dataset || echo "Going on without mounting a bucket."
    show_folder "/minio/datasets/$DATASET_ID"
    show_gpus
    show_export_config

    pwd && show_folder "$PWD" && echo "Setup started: $(timestamp)" && run "$PYTHON" setup.py \
        && echo "Setup ended: $(timestamp)" && show_json train_config.json \
        && train && echo "Training ended: $(timestamp)"
}

# Live logs: Python must not hold lines back because its output is no terminal.
export PYTHONUNBUFFERED="${PYTHONUNBUFFERED:-1}"
# Libraries ask who runs them and where to keep caches; a container's user may have neither name nor home.
export USER="${USER:-trainyard}" LOGNAME="${LOGNAME:-trainyard}"
[[ -n "${HOME:-}" && -w "$HOME" ]] || export HOME=/tmp
# Threads that wait must not spin: several runs and the platform share the cores.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
trap forward_stop TERM INT
trap engine_stops PWR
main
code=$?
[[ -n "$engine_stopped" ]] && exit 158
exit $code
