"""``manage.py create_user NAME``: a user who may sign in."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yard.accounts.services import user_create
from yard.core.errors import InvalidInput


class Command(BaseCommand):
    help = "Make a user. The password is asked for, or read from the input with --password-stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument("--staff", action="store_true", help="may use the administration pages")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from the first input line")

    def handle(self, *args: Any, username: str, email: str, staff: bool, password_stdin: bool, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else getpass.getpass()
        try:
            user = user_create(username=username, email=email, password=password, is_staff=staff)
        except InvalidInput as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Made the user {user.username} with the bucket {user.bucket}.")
