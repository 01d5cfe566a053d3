"""The preview of a recap in a browser."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_preview_of_a_text_comes_with_and_without_scripts(scripts, event, visitor):
    page = visitor(java_script_enabled=scripts)
    page.goto(f"/recaps/new/{event.slug}/")
    # Sent too early: the preview of the text does not stand below what was wrong then.
    page.locator("form.form").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="That did not work yet.").wait_for()
    assert page.locator("[aria-invalid]").count() > 0
    page.get_by_label("Your recap").fill("**Bold** words")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="How it will look").wait_for()
    assert page.locator("section .prose strong").all_inner_texts() == ["Bold"]
    assert page.locator(".error-summary, .has-errors, [aria-invalid]").count() == 0
    assert page.get_by_label("Your recap").input_value() == "**Bold** words"
