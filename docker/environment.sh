# Sourced. The secrets, and what the service must know about this tree; what is already
# set in the environment wins.
environment_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
while IFS='=' read -r environment_name environment_value; do
  [[ $environment_name == SWITCHBOARD_* ]] || continue
  [ -n "${!environment_name:-}" ] || export "$environment_name=$environment_value"
done <"$environment_root/var/secrets.env"

export SWITCHBOARD_BIND=${SWITCHBOARD_BIND:-127.0.0.1}
export SWITCHBOARD_CONTROL_BIND=${SWITCHBOARD_CONTROL_BIND:-127.0.0.1}
export SWITCHBOARD_ASTERISK_HTTP_PORT=${SWITCHBOARD_ASTERISK_HTTP_PORT:-8088}
export SWITCHBOARD_AMI_PORT=${SWITCHBOARD_AMI_PORT:-5038}
export SWITCHBOARD_ARI_URL=${SWITCHBOARD_ARI_URL:-http://$SWITCHBOARD_CONTROL_BIND:$SWITCHBOARD_ASTERISK_HTTP_PORT/ari}
export SWITCHBOARD_AMI_HOST=${SWITCHBOARD_AMI_HOST:-$SWITCHBOARD_CONTROL_BIND}
# Phones' sound stays on the address that everything else is bound to.
export SWITCHBOARD_MEDIA_ADDRESS=${SWITCHBOARD_MEDIA_ADDRESS:-$SWITCHBOARD_BIND}
export SWITCHBOARD_HTTP_BIND=${SWITCHBOARD_HTTP_BIND:-127.0.0.1:8080}
export SWITCHBOARD_DATABASE_URL=${SWITCHBOARD_DATABASE_URL:-sqlite:///$environment_root/var/switchboard.sqlite3}
export SWITCHBOARD_RECORDINGS=${SWITCHBOARD_RECORDINGS:-$environment_root/var/recordings}
export SWITCHBOARD_SOUNDS=${SWITCHBOARD_SOUNDS:-$environment_root/sounds}
export PATH="$environment_root/.venv/bin:$PATH"
