RUN mkdir -p /usr/local/bin && ln -sf /usr/bin/python3 /usr/local/bin/python3
RUN printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >/etc/pip.conf
CMD ["python3"]
