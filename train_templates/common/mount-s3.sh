#!/bin/bash
# Makes the data set appear under the mount point: does nothing when the platform already mounted it there, else mounts
# the user's S3 bucket with temporary credentials (STS, AssumeRoleWithWebIdentity) through s3fs.
#
#   mount-s3.sh -t <OIDC access token> -s <S3 URL> -b <bucket> -m <mount point>
#
# Exit codes: 0 mounted · 1 called without arguments · 2 unknown option · 3 option without value ·
#             4 no credentials received · 5 incomplete credentials · else the exit code of s3fs

readonly SESSION_SECONDS=604800
readonly PROFILE=dataset

usage() {
    echo "Usage: $0 -t TOKEN -s S3_URL -b BUCKET -m MOUNT_POINT" >&2
}

# True if the data set of this run is there and holds something.
is_mounted() {
    local folder="$1/datasets/${DATASET_ID:-}"
    [[ -n "${DATASET_ID:-}" && -d "$folder" && -n "$(ls -A "$folder" 2>/dev/null | head -n 1)" ]]
}

# Prints the STS answer. The token goes through standard input, so that no process list shows it.
request_credentials() {
    printf '%s' "$1" | curl --silent --show-error --fail --max-time 60 -X POST "$2" \
        --data-urlencode "Action=AssumeRoleWithWebIdentity" \
        --data-urlencode "WebIdentityToken@-" \
        --data-urlencode "DurationSeconds=$SESSION_SECONDS" \
        --data-urlencode "Version=2011-06-15"
}

# Prints the text of the first element with this name in the XML on standard input.
xml_text() {
    sed -n "s:.*<$1>\([^<]*\)</$1>.*:\1:p" | head -n 1
}

# Replaces our profile in ~/.aws/credentials and keeps all others.
write_profile() {
    local file="$HOME/.aws/credentials" others=""
    mkdir -p "$HOME/.aws"
    [[ -f "$file" ]] && others="$(awk -v name="[$PROFILE]" '/^\[/ { ours = ($0 == name) } !ours' "$file")"
    (
        umask 077
        {
            [[ -n "$others" ]] && printf '%s\n' "$others"
            printf '[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n' "$PROFILE" "$@"
        } >"$file.new"
    ) && mv -f "$file.new" "$file"
}

mount_bucket() {
    mkdir -p "$3"
    s3fs "$2" "$3" -o "url=$1" -o "profile=$PROFILE" -o use_session_token -o use_path_request_style \
        -o parallel_count=8 -o multipart_size=128 -o allow_other -o ro
}

main() {
    local token="" host="" bucket="" mountpoint="" option answer key secret session expiry
    [[ $# -gt 0 ]] || { usage; return 1; }
    while getopts ":t:s:b:m:" option; do
        case "$option" in
            t) token="$OPTARG" ;;
            s) host="$OPTARG" ;;
            b) bucket="$OPTARG" ;;
            m) mountpoint="$OPTARG" ;;
            :) echo "Error: option -$OPTARG needs a value." >&2; usage; return 3 ;;
            *) echo "Error: unknown option -$OPTARG." >&2; usage; return 2 ;;
        esac
    done

    if is_mounted "$mountpoint"; then
        echo "Data set $DATASET_ID is already mounted under $mountpoint/datasets."
        return 0
    fi

    [[ -n "$token" && -n "$host" ]] && answer="$(request_credentials "$token" "$host" | tr -d '\r\n')"
    if [[ -z "$answer" ]]; then
        echo "Error: the S3 server '$host' gave no credentials for the OIDC access token (harmless where data is mounted)." >&2
        return 4
    fi
    key="$(xml_text AccessKeyId <<<"$answer")"
    secret="$(xml_text SecretAccessKey <<<"$answer")"
    session="$(xml_text SessionToken <<<"$answer")"
    expiry="$(xml_text Expiration <<<"$answer")"
    if [[ -z "$key" || -z "$secret" || -z "$session" || -z "$expiry" ]]; then
        echo "Error: the credentials of the S3 server '$host' are incomplete." >&2
        return 5
    fi
    write_profile "$key" "$secret" "$session"
    echo "Mounting bucket '$bucket' on $mountpoint; the credentials expire at $expiry."
    mount_bucket "$host" "$bucket" "$mountpoint"
}

main "$@"
