"""A run before it runs: which notebook, asked what, and the hash of all that goes into it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import nbformat
from nbformat import NotebookNode

from exchange.errors import Findings, InputError
from exchange.notebooks import Parameter, Value, check, declared, read
from exchange.paths import NOTEBOOKS

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
"""What a run may be called: it becomes the name of a folder, on every system."""

_SECRET_NAME: Final = re.compile(r"passw|secret|token|credential|api_?key|private_?key", re.IGNORECASE)
_SECRET_VALUE: Final = re.compile(r"://[^/\s:@]+:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY")


@dataclass(frozen=True)
class Template:
    """A notebook that can be run.

    Parameters
    ----------
    path
        Where it is.
    text
        Its JSON.
    hash
        Of its bytes.
    known
        What it declares.
    """

    path: Path
    text: str
    hash: str
    known: Mapping[str, Parameter] = field(default_factory=dict)

    @classmethod
    def load(cls, name: str | Path, beside: Path | None = None) -> Self:
        """Return a notebook by its path, or one of the workbook by its name.

        Parameters
        ----------
        name
            ``report.ipynb``, or ``05_evaluation``.
        beside
            The folder from which a relative path counts; None: the working directory.

        Raises
        ------
        InputError
            When it is missing, is no notebook, or declares no parameters.
        """
        path = _find(name, beside)
        raw = _bytes(path, name)
        try:
            node: NotebookNode = nbformat.reads(raw.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
            known = declared(node)
        except InputError as error:
            raise InputError.at(f"notebook {path.name}", error.findings[0].finding, error.findings[0].remedy) from None
        except Exception:  # noqa: BLE001 - nbformat raises a dozen kinds for what is no notebook
            raise InputError.at(f"notebook {path.name}", "it is not a notebook", "Open it in JupyterLab.") from None
        return cls(path, raw.decode("utf-8"), hashlib.sha256(raw).hexdigest(), known)


@dataclass(frozen=True)
class Job:
    """One run.

    Parameters
    ----------
    key
        Hash of template, parameters, occasion, data and versions: the same key, the same result.
    subject
        Hash of what the run is about, whatever the data are: of two runs on one subject the newer counts.
    name
        Short name, for people and for the folder.
    notebook, template
        Path of the notebook, and hash of its bytes.
    parameters
        Checked values by declared name.
    occasion
        Why it is run now, where that is more than that the data changed: ``"180 days after"``.
    hashes
        Of template, data and versions.
    """

    key: str
    subject: str
    name: str
    notebook: str
    template: str
    parameters: Mapping[str, Value]
    occasion: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, template: Template, parameters: Mapping[str, Value], *, data: str, versions: str,
             name: str = "", occasion: str = "") -> Self:
        """Return the run of a notebook with these values.

        Raises
        ------
        InputError
            For a name that cannot be a folder's.
        """
        title = name or safe(template.path.stem)
        if not NAME.fullmatch(title):
            raise InputError.at(f"name {title!r:.80}", "a run cannot be called so",
                                "Use up to 61 small letters, digits, - and _.")
        asked = {known: parameters[known] for known in sorted(parameters)}
        subject = _hash({"notebook": template.path.name, "name": title, "parameters": asked, "occasion": occasion})
        hashes = {"template": template.hash, "data": data, "versions": versions}
        key = _hash({"subject": subject, **hashes})
        return cls(key, subject, title, str(template.path), template.hash, asked, occasion, hashes)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Return the run that `as_dict` described."""
        return cls(**said)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can carry it."""
        return asdict(self)

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return f"{self.name}-{self.key[:12]}"

    @property
    def language(self) -> str:
        """The language of its reader."""
        return str(self.parameters.get("language") or "en")

    @property
    def seed(self) -> int:
        """From which its kernel draws random numbers: the same key, the same numbers."""
        return int(self.key[:7], 16)

    def row(self) -> dict[str, Any]:
        """Return its row of the ledger."""
        return {"run_key": self.key, "subject": self.subject, "name": self.name, "notebook": Path(self.notebook).name,
                "occasion": self.occasion, "language": self.language, "parameters": dict(self.parameters),
                "hashes": dict(self.hashes), "seed": self.seed}


def asked(template: Template, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return what a command line or a plan gives as values of the declared types; no secret passes.

    Texts are read as the declared type; other values must be of it.

    Raises
    ------
    InputError
        Naming each undeclared name, each text that is not of its type, and each secret.
    """
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    typed = {name: value for name, value in given.items() if name not in texts}
    values = {**read(template.known, texts), **check(template.known, typed)}
    findings = Findings()
    for name, value in values.items():
        if _SECRET_NAME.search(name) or (isinstance(value, str) and _SECRET_VALUE.search(value)):
            findings.add(f"parameter {name!r}", "it looks like a secret, and parameters are published",
                         "Put secrets in the environment of the machine.")
    findings.raise_if_any()
    return values


def safe(name: str) -> str:
    """Return a file's name as a run may be called."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:61]
    return plain or "run"


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _find(name: str | Path, beside: Path | None) -> Path:
    given = Path(name)
    try:
        tries = [given if given.is_absolute() else (beside or Path.cwd()) / given]
        if len(given.parts) == 1:
            tries += [tries[0].with_name(f"{given.name}.ipynb"), NOTEBOOKS / f"{given.stem}.ipynb"]
        found = next((path for path in tries if path.is_file()), None)
    except (OSError, ValueError):
        found = None
    if found is None:
        raise InputError.at(f"notebook {str(name)!r:.80}", "there is none", "Check its path.")
    return found.resolve()


def _bytes(path: Path, name: str | Path) -> bytes:
    try:
        raw = path.read_bytes()
        raw.decode("utf-8")
    except OSError as error:
        raise InputError.at(f"notebook {name}", f"it cannot be read ({error.strerror})", "Check its rights.") from None
    except UnicodeDecodeError:
        raise InputError.at(f"notebook {name}", "it is not a notebook", "Open it in JupyterLab.") from None
    return raw
