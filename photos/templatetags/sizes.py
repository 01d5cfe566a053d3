"""`{{ photo.bytes|file_size }}`: how large a file is, in the language's own units."""

from django import template

from events import numbers

register = template.Library()
register.filter("file_size", numbers.file_size)
