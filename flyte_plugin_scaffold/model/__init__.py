"""The plugin model: everything the templates print, derived once from the CRD and the answers.

Frozen dataclasses of plain values. One :class:`Plugin` is built per rendering.
"""

from flyte_plugin_scaffold.model.backend import Backend as Backend
from flyte_plugin_scaffold.model.contract import POD_MESSAGE as POD_MESSAGE
from flyte_plugin_scaffold.model.contract import Field as Field
from flyte_plugin_scaffold.model.contract import Holds as Holds
from flyte_plugin_scaffold.model.contract import Member as Member
from flyte_plugin_scaffold.model.contract import Message as Message
from flyte_plugin_scaffold.model.contract import Scalar as Scalar
from flyte_plugin_scaffold.model.contract import Shape as Shape
from flyte_plugin_scaffold.model.finding import Finding as Finding
from flyte_plugin_scaffold.model.form import Form as Form
from flyte_plugin_scaffold.model.path import Path as Path
from flyte_plugin_scaffold.model.path import Step as Step
from flyte_plugin_scaffold.model.path import StepKind as StepKind
from flyte_plugin_scaffold.model.phases import BY_WORDS as BY_WORDS
from flyte_plugin_scaffold.model.phases import CONDITION_TYPE as CONDITION_TYPE
from flyte_plugin_scaffold.model.phases import JOB_CONDITIONS as JOB_CONDITIONS
from flyte_plugin_scaffold.model.phases import Check as Check
from flyte_plugin_scaffold.model.phases import Failure as Failure
from flyte_plugin_scaffold.model.phases import Phase as Phase
from flyte_plugin_scaffold.model.phases import PhaseRule as PhaseRule
from flyte_plugin_scaffold.model.phases import Status as Status
from flyte_plugin_scaffold.model.phases import Term as Term
from flyte_plugin_scaffold.model.plugin import FLYTE2 as FLYTE2
from flyte_plugin_scaffold.model.plugin import FLYTEKIT as FLYTEKIT
from flyte_plugin_scaffold.model.plugin import NAME_BUDGET as NAME_BUDGET
from flyte_plugin_scaffold.model.plugin import Names as Names
from flyte_plugin_scaffold.model.plugin import Plugin as Plugin
from flyte_plugin_scaffold.model.plugin import Project as Project
from flyte_plugin_scaffold.model.plugin import Right as Right
from flyte_plugin_scaffold.model.pod_messages import EXCLUSIVE as EXCLUSIVE
from flyte_plugin_scaffold.model.pod_messages import OF_FLYTE as OF_FLYTE
from flyte_plugin_scaffold.model.pod_messages import POD as POD
from flyte_plugin_scaffold.model.problem import Problem as Problem
from flyte_plugin_scaffold.model.roles import Alternative as Alternative
from flyte_plugin_scaffold.model.roles import Many as Many
from flyte_plugin_scaffold.model.roles import Place as Place
from flyte_plugin_scaffold.model.roles import Role as Role
from flyte_plugin_scaffold.model.roles import RoleAnswer as RoleAnswer
from flyte_plugin_scaffold.model.roles import Runner as Runner
from flyte_plugin_scaffold.model.roles import Runs as Runs
from flyte_plugin_scaffold.model.service import Authentication as Authentication
from flyte_plugin_scaffold.model.service import In as In
from flyte_plugin_scaffold.model.service import JobId as JobId
from flyte_plugin_scaffold.model.service import Operation as Operation
from flyte_plugin_scaffold.model.service import OperationAnswer as OperationAnswer
from flyte_plugin_scaffold.model.service import Parameter as Parameter
from flyte_plugin_scaffold.model.service import Purpose as Purpose
from flyte_plugin_scaffold.model.service import Scheme as Scheme
from flyte_plugin_scaffold.model.service import Service as Service
from flyte_plugin_scaffold.model.source import BundleObject as BundleObject
from flyte_plugin_scaffold.model.source import Crd as Crd
from flyte_plugin_scaffold.model.source import PrinterColumn as PrinterColumn
from flyte_plugin_scaffold.model.spec_defaults import SpecDefault as SpecDefault
