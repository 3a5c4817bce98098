# Run as root in a container of its own before all others, with the capabilities to give files away and no network.
set -eu
platform=10001:10001 postgres=999:999 proxy=101:101

chown "$platform" /given/data

# A volume is root's when it is new, or was filled by a release whose object server ran as root.
if [ "$(stat -c %u:%g /given/objects)" != "$platform" ]; then
  chown -R "$platform" /given/objects
fi

give() { # owner, file: only its reader may read it, and nobody may change it
  chown "$1" "/given/secrets/$2"
  chmod 0400 "/given/secrets/$2"
}
for name in secret_key database_url s3_access_key s3_secret_key; do
  give "$platform" "$name"
done
give "$postgres" database_password
if [ "${TLS:-}" = 1 ]; then
  give "$proxy" tls.crt
  give "$proxy" tls.key
fi
