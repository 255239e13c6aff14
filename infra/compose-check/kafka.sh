#!/bin/bash
# What the official image does with its environment: KAFKA_A_B becomes the property a.b, the storage is formatted once, the broker runs.
set -euo pipefail

readonly java=(java -cp '/opt/kafka/libs/*')
readonly properties=/opt/kafka/config/server.properties

if [[ ${0##*/} == kafka-broker-api-versions.sh ]]; then
    exec "${java[@]}" org.apache.kafka.tools.BrokerApiVersionsCommand "$@"
fi
env | sed -n 's/^KAFKA_\([A-Z_]*\)=/\1=/p' | while IFS='=' read -r name value; do
    name=${name,,}
    printf '%s=%s\n' "${name//_/.}" "$value"
done >"$properties"
"${java[@]}" kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$properties"
exec "${java[@]}" -Xmx512m kafka.Kafka "$properties"
