RUN groupadd --gid 101 nginx && useradd --uid 101 --gid 101 --no-create-home nginx && mkdir -p /var/cache/nginx
CMD ["nginx", "-g", "daemon off;"]
