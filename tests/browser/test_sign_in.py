"""Signing in by OpenID Connect, with a provider that runs here: who comes in, and as whom."""

import os
from urllib.parse import urlparse

import example_call
import pytest
from conftest import METADATA
from served_app import Served
from test_call_page import AUDIO

oidc = pytest.importorskip("oidc_provider_mock", reason="pip install '.[dev]'")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own

#: As a provider vouches for them. The role stands where Keycloak puts it.
PEOPLE = {
    "rita": {"team": ["north"], "realm_access": {"roles": ["offline_access", "qa-team"]}},
    "noor": {"team": "north", "realm_access": {"roles": ["lead"]}},
    "marta.dahl": {"agent_id": "marta", "realm_access": {"roles": ["agent"]}},
    "sven": {"team": ["south"], "realm_access": {"roles": ["qa-team"]}},
    "olga": {"realm_access": {"roles": ["operator"]}},
    "boris": {"team": ["north"], "realm_access": {"roles": ["boss"]}},
    "nils": {"realm_access": {"roles": ["qa-team"]}},
}
NAMED = """
[people]
role = "realm_access.roles"
[people.roles]
"qa-team" = "reviewer"
"""


@pytest.fixture(scope="module")
def provider():
    """A provider with discovery, signed tokens and PKCE; it takes who its form is told."""
    users = [
        oidc.User(sub=name, claims={"email": f"{name}@centre.example", **claims})
        for name, claims in PEOPLE.items()
    ]
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, on this machine
    with oidc.run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"
    del os.environ["AUTHLIB_INSECURE_TRANSPORT"]


@pytest.fixture(scope="module")
def office(browser, provider, tmp_path_factory):  # noqa: ARG001  for its effect
    """The app that trusts the provider, and a call of Marta's, of the northern team."""
    home = tmp_path_factory.mktemp("office")
    key = example_call.shelve(home, tmp_path_factory.mktemp("scratch"), metadata=METADATA)
    with Served(home, people=True, provider=provider, named=NAMED) as served:
        served.key = key
        yield served


@pytest.fixture
def sign_in(browser, office):
    """Opens an address as somebody who has to sign in first: `sign_in("rita", "/")`."""
    contexts = []

    def open_as(name, address="/"):
        context = browser.browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(office.address + address)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name=name, exact=True).click()  # at the provider
        page.wait_for_url(f"{office.address}/**")
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("name", "role", "uploads", "judges", "disputes"),
    [
        ("rita", "reviewer", True, True, False),
        ("noor", "lead", True, True, False),
        ("marta.dahl", "agent", False, False, True),
    ],
)
def test_role_and_team_come_from_the_claims(sign_in, name, role, uploads, judges, disputes):
    page = sign_in(name)
    page.get_by_text(f"{name}@centre.example, {role}").wait_for()
    page.get_by_role("link", name="oak_legs.wav").wait_for()
    assert (page.get_by_text("Add recordings").count() > 0) == uploads
    page.get_by_role("link", name="oak_legs.wav").click()
    page.locator(".review").wait_for()
    assert (page.get_by_role("button", name="Change").count() > 0) == judges
    assert (page.get_by_role("button", name="Dispute").count() > 0) == disputes
    page.wait_for_function(f"{AUDIO}?.readyState >= 1")  # they hear it


def test_another_team_and_an_operator_do_not_open_the_call(sign_in, office):
    for name, told in (("sven", "no such call here"), ("olga", "operators cannot read here")):
        page = sign_in(name, f"/call?key={office.key}")
        page.get_by_text(told).wait_for()
        assert page.locator("audio").count() == 0
    heard = page.request.get(f"{office.address}/audio/{office.key}")
    assert heard.status == 403  # the cookie alone opens no sound


def test_a_link_is_opened_after_signing_in_and_signing_out_ends_it(sign_in, office):
    page = sign_in("rita", f"/call?key={office.key}")
    page.wait_for_url(f"**/call?key={office.key}")
    page.locator(".review").wait_for()
    page.wait_for_function(f"{AUDIO}?.readyState >= 1")
    sound = page.evaluate(f"{AUDIO}.src")
    assert page.request.get(sound, headers={"Range": "bytes=0-9"}).status == 206
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()  # the provider ends its own as well
    page.get_by_role("button", name="Sign in").wait_for()
    assert urlparse(page.url).port == office.port
    assert page.request.get(sound).status == 403  # what was handed out is void as well
    page.goto(f"{office.address}/call?key={office.key}")
    page.get_by_role("button", name="Sign in").wait_for()
    assert page.get_by_text("oak_legs.wav").count() == 0


def test_a_wrong_or_missing_role_or_team_says_what_to_do(sign_in):
    page = sign_in("boris")
    told = page.get_by_text("boris@centre.example: signed in, but without a role here.")
    told.wait_for()
    assert "the claim realm_access.roles says boss, and should say one of" in told.inner_text()
    page.get_by_role("button", name="Sign out").wait_for()
    assert page.get_by_text("Scored calls").count() == 0
    page = sign_in("nils")
    page.get_by_text("You are in no team yet").wait_for()


def test_who_is_refused_at_the_provider_is_still_outside(browser, office):
    page = browser.new_page()
    page.goto(office.address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Deny").click()
    page.get_by_role("button", name="Sign in").wait_for()
    page.close()
