#!/bin/bash
# Develops a train template on this machine: a flat dev/ folder like the platform's build context, built and run by docker.
#
#   dev.sh init [template folder] [data set folder]   make dev/ from a template (by default the blank starter);
#                                                     the data set folder holds images and annotations.xml
#   dev.sh build                                      build the image from dev/
#   dev.sh run                                        run it on dev/minio/datasets/1; the model appears in dev/train
#
# The image is called my-train-container, or what TRAIN_IMAGE says. dev/ lies in the current folder.
set -euo pipefail

readonly HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly IMAGE="${TRAIN_IMAGE:-my-train-container}"
readonly DATASET=dev/minio/datasets/1

fail() {
    printf 'Error: %s\n' "$@" >&2
    exit 1
}

# Writes the form's defaults, as the platform would for a form that nobody changed.
write_default_config() {
    python3 - <<'PYTHON'
import json
schema = json.load(open("dev/config.jsonschema"))
defaults = {key: field["default"] for key, field in schema.get("properties", {}).items() if "default" in field}
json.dump(defaults, open("dev/train_config.json", "w"), indent=2)
PYTHON
}

init() {
    local template="${1:-$HERE/starter}" data="${2:-}"
    [[ ! -e dev ]] || fail "dev/ is already there. Remove it first, or go on working in it."
    [[ -d "$template/config" && -d "$template/docker" ]] || fail "$template holds no config/ and docker/ folder."
    [[ -z "$data" || -d "$data" ]] || fail "the data set folder $data does not exist."
    mkdir -p "$DATASET/annotations" dev/train
    find "$HERE/common" "$HERE/datasets" "$HERE/export" -maxdepth 1 -type f -exec cp {} dev/ \;
    cp -R "$template/docker/." dev/
    cp "$template"/config/* dev/
    [[ -f dev/train_config.json ]] || write_default_config
    if [[ -n "$data" ]]; then
        find "$data" -type f \( -iname '*.jpg' -o -iname '*.jpeg' -o -iname '*.png' -o -iname '*.bmp' -o -iname '*.webp' \) \
            -exec cp {} "$DATASET/" \;
        find "$data" -name annotations.xml -exec cp {} "$DATASET/annotations/" \; -quit
    fi
    echo "dev/ is ready. Images go to $DATASET/, labels to $DATASET/annotations/annotations.xml."
}

build() {
    [[ -f dev/Dockerfile ]] || fail "dev/Dockerfile is missing. Call dev.sh init first."
    # Neither the data set nor the models belong into the image.
    [[ -f dev/.dockerignore ]] || printf 'minio\ntrain\n' >dev/.dockerignore
    docker build -t "$IMAGE" dev
}

run() {
    local gpus=()
    [[ -f "$DATASET/annotations/annotations.xml" ]] || fail "$DATASET/annotations/annotations.xml is missing."
    command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1 && gpus=(--gpus device=0 --ulimit memlock=-1)
    mkdir -p dev/train
    # The configuration in dev/ is used as it is now, so that a changed value needs no build. As on the platform there
    # is no network and the data set cannot be changed.
    docker run --rm "${gpus[@]}" --network none --shm-size 8GB --ulimit stack=67108864 \
        -e DATASET_ID=1 \
        -v "$PWD/dev/minio:/minio:ro" \
        -v "$PWD/dev/train:/train" \
        -v "$PWD/dev/train_config.json:/run/trainyard/config/train_config.json:ro" \
        -v "$PWD/dev/export_config.json:/run/trainyard/config/export_config.json:ro" \
        "$IMAGE"
}

case "${1:-}" in
    init) shift && init "$@" ;;
    build) build ;;
    run) run ;;
    *) fail "usage: dev.sh init [template folder] [data set folder] | build | run" ;;
esac
