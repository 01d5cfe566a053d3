"""Schedules: read in whatever form a conference publishes them, compared with what is here, brought in, told again.

content ──reading──▶ Schedule ──planning──▶ Plan ──bringing_in──▶ talks, days, people
                     (schedule.py)          (what the dry run shows, and what the job does)
"""
