"""`{{ item.reason|between_marks }}`: what somebody said, where the style sheet sets quotation marks around it."""

from django import template

from community.text import between_marks

register = template.Library()
register.filter("between_marks", between_marks)
