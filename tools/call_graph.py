"""Which public actions leave an audit event, read from the source: the test of consistency asks here."""

import ast
from pathlib import Path

AUDIT = {"record_event", "record_events"}


class ActionFile:
    """The top-level functions of one file of actions, and where its imported names come from."""

    def __init__(self, path: Path) -> None:
        tree = ast.parse(path.read_text())
        self.name = path.stem
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.imported = {
            alias.asname or alias.name: node.module or ""
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }


class Actions:
    """All actions of one module: one ``actions.py``, or a folder whose ``__init__`` names the public ones."""

    def __init__(self, module: Path) -> None:
        single, folder = module / "actions.py", module / "actions"
        paths = [single] if single.exists() else sorted(folder.glob("*.py"))
        self.files = {path.stem: ActionFile(path) for path in paths}

    def list_public(self) -> list[tuple[ActionFile, str]]:
        """Every function others may call, with its file."""
        index = self.files.get("__init__")
        shown = set(index.imported) if index else None
        return [
            (file, name)
            for file in self.files.values()
            for name in file.functions
            if (name in shown if shown is not None else not name.startswith("_"))
        ]

    def find_silent(self) -> list[str]:
        """Public functions taking an actor that reach neither ``record_event`` nor another module's action.

        An action of another module is checked there, so calling one is enough.
        """
        return [
            name
            for file, name in self.list_public()
            if name not in AUDIT
            and _takes_actor(file.functions[name])
            and not self._leaves_event(file, name, frozenset())
        ]

    def _leaves_event(self, file: ActionFile, name: str, seen: frozenset[tuple[str, str]]) -> bool:
        seen |= {(file.name, name)}
        for called in _called_names(file.functions[name]):
            if called in AUDIT:
                return True
            home = self._home_of(file, called)
            if home is None:
                if _is_action(file.imported.get(called, "")):
                    return True
            elif (home.name, called) not in seen and self._leaves_event(home, called, seen):
                return True
        return False

    def _home_of(self, file: ActionFile, name: str) -> ActionFile | None:
        """The file of this module that defines ``name`` as ``file`` sees it."""
        if name in file.functions:
            return file
        home = self.files.get(file.imported.get(name, "").rpartition(".")[2])
        return home if home and name in home.functions else None


def _takes_actor(function: ast.FunctionDef) -> bool:
    return any(argument.arg == "actor" for argument in [*function.args.kwonlyargs, *function.args.args])


def _called_names(function: ast.FunctionDef) -> set[str]:
    return {
        node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def _is_action(module: str) -> bool:
    # Publishing an event or queueing a job leaves no trace of who did what.
    return ".actions" in module and ".outbox." not in module
