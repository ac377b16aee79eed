"""The examples of docs/deploy: the checkers of their systems read them, and so does our own."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from scorer.cli import main

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
FILES = sorted(path.name for path in DEPLOY.iterdir())


def read(name):
    return YAML(typ="safe").load((DEPLOY / name).read_text())


def test_the_cron_job_is_as_kubernetes_wants_it():
    kubernetes_validate.validate(read("cronjob.yaml"), "1.31", strict=True)


def test_the_ray_job_is_made_of_pods_as_kubernetes_wants_them():
    """KubeRay's own part has no schema here; its fields are those of its reference, version 1.1."""
    job = read("rayjob.yaml")
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    known = {"entrypoint", "shutdownAfterJobFinishes", "ttlSecondsAfterFinished"}
    assert set(job["spec"]) <= known | {"activeDeadlineSeconds", "rayClusterSpec"}
    cluster = job["spec"]["rayClusterSpec"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    assert len(groups) == 2
    for number, group in enumerate(groups):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{number}"}}
        kubernetes_validate.validate({**pod, **group["template"]}, "1.31", strict=True)


def test_a_checker_that_would_pass_anything_is_none():
    broken = read("cronjob.yaml")
    broken["spec"]["concurencyPolicy"] = broken["spec"].pop("concurrencyPolicy")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, "1.31", strict=True)


def test_systemd_takes_the_service_and_the_timer(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    for name in ("scorer-batch.service", "scorer-batch.timer"):
        text = (DEPLOY / name).read_text().replace("/opt/scorer/bin/scorer", "/bin/true")
        (tmp_path / name).write_text(text)
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_crontab_has_five_fields_a_user_and_a_command():
    lines = (DEPLOY / "crontab").read_text().splitlines()
    jobs = [line for line in lines if line and not re.match(r"#|\w+=", line)]
    assert len(jobs) == 2
    for line in jobs:
        *when, user, command, _ = line.split(maxsplit=7)
        assert all(re.fullmatch(r"[\d*/,-]+", field) for field in when[:5]), line
        assert (user, command) == ("scorer", "/opt/scorer/bin/scorer")


def commands(name):
    """Every command of ours in a file, as the arguments that the shell would hand over."""
    text = re.sub(r"^\s*#.*$", "", (DEPLOY / name).read_text(), flags=re.MULTILINE)
    text = re.sub(r"\\\n|\n\s{14,}|\n    (?=--)", " ", text)
    for line in re.findall(r"(?:^|[\s/=])scorer ((?:batch|report|runs) [^\n;]+)", text):
        yield shlex.split(line)


@pytest.mark.parametrize("name", FILES)
def test_every_command_in_it_is_one_that_we_take(name):
    found = list(commands(name))
    assert found or name.endswith(".timer")
    for arguments in found:
        done = CliRunner().invoke(main, [*arguments, "--help"])
        assert done.exit_code == 0, (arguments, done.output)
        for option in (word for word in arguments if word.startswith("--")):
            assert option in done.output, (name, option)
