"""Import contracts that Import Linter does not ship."""

from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PublicFilesContract(Contract):
    """Let a module be entered only through its public files.

    A module is a direct child of one of ``containers``. Code outside the module may import its
    ``public_files`` and nothing else; ``exempt_importers`` are exempt.
    """

    containers = fields.ListField(subfield=fields.StringField())
    public_files = fields.ListField(subfield=fields.StringField())
    exempt_importers = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        modules = [module for container in self.containers for module in graph.find_children(container)]
        breaches = {breach for module in modules for breach in self._breaches(graph, module)}
        return ContractCheck(kept=not breaches, metadata={"breaches": sorted(breaches)})

    def _breaches(self, graph: ImportGraph, module: str) -> Iterator[tuple[str, str]]:
        public = [f"{module}.{name}" for name in self.public_files]
        for imported in graph.find_descendants(module):
            if any(_is_in(imported, name) for name in public):
                continue
            for importer in graph.find_modules_that_directly_import(imported):
                exempt = any(_is_in(importer, name) for name in self.exempt_importers)
                if not exempt and not _is_in(importer, module):
                    yield importer, imported

    def render_broken_contract(self, check: Any) -> None:
        for importer, imported in check.metadata["breaches"]:
            output.print_error(f"{importer} imports the private file {imported}", bold=False)
            output.new_line()


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
