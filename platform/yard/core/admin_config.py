"""Stands in ``INSTALLED_APPS`` for ``django.contrib.admin``; by itself, as it is imported before there are models."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class YardAdminConfig(AdminConfig):
    """The administration with our site."""

    default_site = "yard.core.admin_site.Site"
