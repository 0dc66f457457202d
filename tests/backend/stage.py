"""Where a back end comes to stand, and what all of them have: a namespace, a console, a propeller."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from .api_server import ApiServer
from .backend import OPERATOR, USER, Backend, Rendered, ensure_namespace
from .console import Console
from .kubernetes import WORKFLOWS
from .object_store import ObjectStore
from .propeller import Propeller
from .simulated_operator import Behaviour, SimulatedOperator

B = TypeVar("B", bound=Backend)


class Stage(ExitStack):
    """A namespace with the name of ``folder``, which takes the logs. What was left in it is deleted in the end."""

    def __init__(self, server: ApiServer, store: ObjectStore, rendered: Rendered, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._server = server
        self._store = store
        self._rendered = rendered
        self._operator: Any = SimpleNamespace(resource=WORKFLOWS, seen=[], problems=[])  # there may be none
        self._made: list[Backend] = []
        self.callback(self._end)
        ensure_namespace(server.api(), folder.name)
        self.console = self.stops(Console(rendered.sdk.python, folder))

    def stops(self, one: Any) -> Any:
        """Has it stopped in the end, before all that was there earlier."""
        self.callback(one.stop)
        return one

    def has_operator(self, behaviour: Behaviour, warm: bool = True) -> None:
        api, plugin, sdk = self._server.api(OPERATOR), self._rendered.plugin, self._rendered.sdk
        name, forks = self.folder.name, sdk.warm if warm else None
        operator = SimulatedOperator(api, plugin, name, sdk.environment, self.folder, self.console, behaviour, forks)
        self._operator = self.stops(operator)

    def backend(
        self, kind: type[B], account: str, config: Mapping[str, Any], overrides: Mapping[str, Any], **more: Any
    ) -> B:
        """Starts propeller with the rights of ``account``; ``more`` is what back ends of this kind have besides."""
        propeller = Propeller(
            self._rendered.propeller,
            config,
            self._server.kubeconfig(self.folder / "propeller.kubeconfig", account),
            self._store,
            self.console.endpoint,
            self.folder,
            overrides,
        )
        made = kind(
            server=self._server,
            api=self._server.api(),
            user_kubeconfig=self._server.kubeconfig(self.folder / "user.kubeconfig", USER),
            kubectl_flyte=self._rendered.kubectl_flyte,
            store=self._store,
            sdk=self._rendered.sdk,
            console=self.console,
            propeller=self.stops(propeller),
            operator=self._operator,
            namespace=self.folder.name,
            folder=self.folder,
            **more,
        )
        self._made.append(made)
        self.callback(made.keep)
        return made

    def _end(self) -> None:
        for each in self._made:
            each.clean_up()
        problems = self._operator.problems
        assert not problems, "the operator found wrong pods:\n" + "\n".join(problems)
