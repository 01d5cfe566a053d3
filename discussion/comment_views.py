"""Commenting on something, replying, changing and deleting one's own comments, reporting somebody else's."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.contributing import actor_of, how_to_return, too_often
from community.models import Contribution
from community.versions import differences
from people.decisions import StateConflict
from people.guests import remember, return_link
from people.notifications import write_to_guest

from .commenting import address
from .forms import CommentEditForm, CommentForm, ReportForm
from .models import Comment
from .models.comment import closed
from .telling import title_of, whole

VERSIONS_SHOWN = 50


def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on what is public."""
    item = get_object_or_404(Contribution.objects.public().select_related("event"), pk=pk)
    return add(request, item)


def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Reply to a public comment, or to a reply."""
    answers = get_object_or_404(Comment.objects.visible_to(request.user).public(), pk=pk)
    item = get_object_or_404(
        Contribution.objects.public().select_related("event"), pk=answers.contribution_id
    )
    return add(request, item, answers)


def add(request: HttpRequest, item: Contribution, answers: Comment | None = None) -> HttpResponse:
    """Answer the form of a comment on `item`: show it, or save it and go to where it stands."""
    form = CommentForm(request.POST if request.method == "POST" else None, user=request.user, answers=answers)
    if form.is_bound and (made := made_by(form)):
        return go_to(request, made, item, is_new=False)
    status = 422 if form.is_bound else 200
    if form.is_valid() and (sentence := too_often(request)):
        form.add_error(None, sentence)
        status = 429
    elif form.is_valid():
        try:
            return go_to(request, save(request, item, form, answers), item, is_new=True)
        except StateConflict as conflict:
            form.add_error(None, str(conflict))
        except IntegrityError:
            # The same form came twice at the same moment: the other request has saved it.
            if made := made_by(form):
                return go_to(request, made, item, is_new=False)
            raise
    context = {"item": item, "title": title_of(item), "answers": answers, "form": form}
    return render(request, "discussion/comment.html", context | {"closed": closed(item)}, status=status)


def save(request: HttpRequest, item: Contribution, form: CommentForm, answers: Comment | None) -> Comment:
    """Save the comment, and the guest who writes it, in one transaction."""
    with transaction.atomic():
        by = actor_of(request, form)
        comment = Comment.say(
            item,
            by=by,
            body=form.cleaned_data["body"],
            answers=answers,
            submission_key=form.cleaned_data.get("submission_key"),
        )
        if by is not request.user and by.guest.email:
            told = {"title": title_of(item), "link": return_link(by.guest), "place": whole(comment)}
            write_to_guest(by.guest, "guest_comment", told)
        request.user = by
    return comment


def made_by(form: CommentForm) -> Comment | None:
    """Return what the form with this key has made before, if it said the same."""
    try:
        key = uuid.UUID(form.data.get("submission_key", ""))
    except ValueError:
        return None
    made = Comment.objects.filter(submission_key=key).select_related("user", "guest").first()
    if made is None or made.body.split() == form.data.get("body", "").split():
        return made
    # Somebody went back and wrote on: that is another comment.
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["submission_key"] = str(uuid.uuid4())  # type: ignore[index]
    return None


def go_to(request: HttpRequest, comment: Comment, item: Contribution, *, is_new: bool) -> HttpResponse:
    """Say what happens next with the comment, and go to where it stands."""
    if not is_new:
        messages.info(request, _("You have already sent this. Here it is."))
    elif comment.is_public:
        messages.success(request, _("Thank you! Everybody can read it."))
    else:
        messages.success(request, _("Thank you! Only you can see it until a moderator has looked at it."))
    response = redirect(address(comment, item, request.user))
    if comment.guest and not request.user.is_authenticated:
        if is_new and comment.guest.comments.count() == 1:
            messages.info(request, how_to_return(comment.guest))
        remember(response, comment.guest)
    return response


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The permanent address of a comment: it leads to its place on the page of what it is about."""
    found = get_object_or_404(Comment.objects.visible_to(request.user).select_related("contribution"), pk=pk)
    response = redirect(address(found, found.contribution, request.user))
    response["Cache-Control"] = "no-cache"
    return response


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own comment; the words from before are kept."""
    found = get_object_or_404(Comment.objects.editable_by(request.user).select_related("contribution"), pk=pk)
    item = found.contribution
    start = {"body": found.body, "version": found.version}
    form = CommentEditForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        try:
            found.edit(form.cleaned_data["body"], by=request.user, version=form.cleaned_data["version"])
        except StateConflict as conflict:
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["version"] = str(Comment.objects.get(pk=pk).version)  # type: ignore[index]
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Saved."))
            return redirect(address(found, item, request.user))
    context = {"item": item, "title": title_of(item), "comment": found, "form": form}
    return render(request, "discussion/comment_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own comment; for a day it can be brought back."""
    found = get_object_or_404(Comment.objects.owned_by(request.user).select_related("contribution"), pk=pk)
    try:
        found.withdraw(by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        words = render_to_string("discussion/_comment_deleted.html", {"comment": found}, request)
        messages.success(request, words)
    return back_to(request, found)


@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the deletion of one's own comment."""
    found = get_object_or_404(
        Comment.objects.restorable_by(request.user).select_related("contribution"), pk=pk
    )
    try:
        found.restore(by=request.user)
    except StateConflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("Your comment is back."))
    return back_to(request, found)


def back_to(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Go to the list of one's own where the button stood there, or the page is no more to be seen; else to the comment
    on the page of what it is about.
    """
    item = comment.contribution
    if request.POST.get("back"):
        return redirect("discussion:own_comments")
    if not Contribution.objects.visible_to(request.user).filter(pk=item.pk).exists():
        return redirect("discussion:own_comments")
    return redirect(address(comment, item, request.user).replace(f"#comment-{comment.pk}", "#comments"))


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What a comment said before each change: for its author and moderators."""
    found = get_object_or_404(
        Comment.objects.answered_for_by(request.user).select_related("contribution", "user__person", "guest"),
        pk=pk,
    )
    kept = list(found.versions.all()[: VERSIONS_SHOWN + 1])
    texts: list[Any] = [(found.version, found.edited_at or found.created_at, found.body)]
    texts += [(one.number, one.written_at, one.body) for one in kept]
    pairs = zip(texts, [*texts[1:], (0, None, "")], strict=True)
    versions = [
        {"number": number, "when": when, "pieces": differences(before[2], body)}
        for (number, when, body), before in pairs
    ]
    context = {"comment": found, "title": title_of(found.contribution), "versions": versions[:VERSIONS_SHOWN]}
    return render(request, "discussion/comment_history.html", context)


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask moderators to look at a public comment; nobody needs an account for that."""
    found = get_object_or_404(
        Comment.objects.visible_to(request.user)
        .public()
        .select_related("contribution", "user__person", "guest"),
        pk=pk,
    )
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid() and (sentence := too_often(request)):
        form.add_error(None, sentence)
        status = 429
    elif form.is_valid():
        found.report(by=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. A moderator will look at it."))
        return redirect(address(found, found.contribution, request.user))
    context = {"comment": found, "title": title_of(found.contribution), "form": form}
    return render(request, "discussion/comment_report.html", context, status=status)


@require_POST
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no more comments on something: for its owner and moderators."""
    return let_comment(request, pk, False)


@require_POST
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Take comments again."""
    return let_comment(request, pk, True)


def let_comment(request: HttpRequest, pk: int, yes: bool) -> HttpResponse:
    item = get_object_or_404(Contribution.objects.answered_for_by(request.user), pk=pk)
    item.let_comment(yes, by=request.user)
    messages.success(
        request,
        _("Everybody can comment again.") if yes else _("Comments are closed. Those already here stay."),
    )
    return redirect(item.get_absolute_url() + "#comments")
