COPY weed /usr/local/bin/weed
COPY minio-entrypoint /usr/bin/docker-entrypoint.sh
COPY minio-mc /usr/bin/mc
COPY minio-probe.py /usr/local/lib/minio-probe.py
RUN chmod 755 /usr/local/bin/weed /usr/bin/mc
ENV MC_CONFIG_DIR=/tmp/.mc
EXPOSE 9000
VOLUME /data
ENTRYPOINT ["bash", "/usr/bin/docker-entrypoint.sh"]
CMD ["minio"]
