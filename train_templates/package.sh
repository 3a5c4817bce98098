#!/bin/bash
# Packs the flat dev/ folder in the current directory as a template that can be uploaded.
#
#   package.sh <provider> <category> <architecture>
#
# Makes train-container-publish.zip beside dev/. Needs bash and python3.
set -euo pipefail

readonly NAME=train-container-publish
readonly HELPERS=(config.py config_to_args.py docker-entrypoint.sh mount-s3.sh)
readonly OPTIONAL_HELPERS=(cvat_dataset.py dataset.py)
readonly CONFIG=(config.jsonschema custom.json presets.json)
readonly REQUIRED=(Dockerfile setup.py train.py)
# The platform brings its own, or makes them for every run.
readonly NOT_SHIPPED=(train_config.json export_config.json export.jsonschema export.py .dockerignore minio train)

fail() {
    printf 'Error: %s\n' "$@" >&2
    exit 1
}

check_name() {
    [[ -n "$2" ]] || fail "the $1 is empty."
    [[ "$2" != */* && "$2" != .* && "$2" != -* ]] || fail "the $1 '$2' must be a plain folder name."
}

check_files() {
    local name missing=()
    [[ -d dev ]] || fail "there is no dev/ folder in $PWD. Call package.sh from the folder that holds dev/."
    for name in "${HELPERS[@]}" "${CONFIG[@]}" "${REQUIRED[@]}"; do
        [[ -f "dev/$name" ]] || missing+=("dev/$name is missing.")
    done
    [[ ${#missing[@]} -eq 0 ]] || fail "${missing[@]}"
    for name in "${CONFIG[@]}"; do
        python3 -m json.tool "dev/$name" >/dev/null || fail "dev/$name is no valid JSON (see above)."
    done
}

# Moves the named files from one folder to another; those that are not there are passed over.
move() {
    local from="$1" to="$2" name
    shift 2
    mkdir -p "$to"
    for name in "$@"; do
        [[ ! -e "$from/$name" ]] || mv "$from/$name" "$to/"
    done
}

main() {
    local provider category architecture work root template name
    [[ $# -eq 3 ]] || fail "usage: package.sh <provider> <category> <architecture>"
    provider="$1" category="$2" architecture="$3"
    check_name provider "$provider"
    check_name category "$category"
    check_name architecture "$architecture"
    check_files

    work="$(mktemp -d)"
    # shellcheck disable=SC2064
    trap "rm -rf '$work'" EXIT
    root="$work/$NAME"
    template="$root/$provider/$category/$architecture"
    mkdir -p "$template"
    cp -R dev "$template/docker"
    for name in "${NOT_SHIPPED[@]}"; do rm -rf "${template:?}/docker/$name"; done
    find "$template/docker" \( -name __pycache__ -o -name .git -o -name .venv \) -prune -exec rm -rf {} +
    find "$template/docker" \( -name '*.license' -o -name .DS_Store \) -delete
    move "$template/docker" "$root" "${HELPERS[@]}" "${OPTIONAL_HELPERS[@]}"
    move "$template/docker" "$template/config" "${CONFIG[@]}"

    (cd "$work" && python3 -m zipfile -c "$NAME.zip" "$NAME")
    mv "$work/$NAME.zip" "$NAME.zip"
    echo "$PWD/$NAME.zip holds $provider / $category / $architecture and can be uploaded."
}

main "$@"
