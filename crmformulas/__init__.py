"""Customer-value formulas for Excel, the terminal and Python.

Every formula of the catalogue is a function here, loaded on first use:

>>> import crmformulas as crm
>>> crm.clv(5, 500, 2.5)
6250.0

Importing the package loads neither NumPy nor pandas. Where a formula has the name of its module
(``retention``, ``migration``, ``budget``), the name stands for the formula, and what else the
module holds is imported from it: ``from crmformulas.retention import churn``.
"""

import sys
from types import ModuleType

TYPE_CHECKING = False  # what typing says, without the 3 ms that importing typing costs
if TYPE_CHECKING:
    from crmformulas import orders
    from crmformulas.budget import (
        budget,
        required_factor,
    )
    from crmformulas.campaign import (
        acquisition_cost,
        campaign_roi,
        clv_to_cac,
        nps,
        payback_years,
        response_rate,
        romi,
        share_of_wallet,
    )
    from crmformulas.errors import (
        ArgumentError,
        CrmError,
        DivisionError,
        DomainError,
        FormulaError,
        InputError,
        NotEnoughDataError,
        PassedError,
        UnknownNameError,
    )
    from crmformulas.kpi import (
        repeat_purchase_rate,
        subscriber_to_customer,
        time_between_purchases,
        total_reach,
    )
    from crmformulas.ladder import (
        extra_orders,
        f_ladder,
        step_gain,
        step_rates,
        tipping_point,
    )
    from crmformulas.migration import (
        migration,
        migration_rates,
        project_portfolio,
        tier,
    )
    from crmformulas.orders.ranges import (
        customer_flows,
        customer_status,
        ltv_at_age,
        migration_matrix,
        order_ladder,
        portfolio,
    )
    from crmformulas.retention import (
        churn,
        closing_customers,
        customer_duration,
        net_duration,
        reactivation_rate,
        retention,
        retention_from_duration,
        retention_gain,
    )
    from crmformulas.segment import (
        pareto_share,
        rfm,
    )
    from crmformulas.value import (
        annual_value,
        clv,
        clv_bridge,
        clv_discounted,
        clv_index,
        growth_rate,
        portfolio_value,
    )

__all__ = [
    "ArgumentError",
    "CrmError",
    "DivisionError",
    "DomainError",
    "FormulaError",
    "InputError",
    "NotEnoughDataError",
    "PassedError",
    "UnknownNameError",
    "__version__",
    "acquisition_cost",
    "annual_value",
    "budget",
    "campaign_roi",
    "churn",
    "closing_customers",
    "clv",
    "clv_bridge",
    "clv_discounted",
    "clv_index",
    "clv_to_cac",
    "customer_duration",
    "customer_flows",
    "customer_status",
    "extra_orders",
    "f_ladder",
    "growth_rate",
    "ltv_at_age",
    "migration",
    "migration_matrix",
    "migration_rates",
    "net_duration",
    "nps",
    "order_ladder",
    "orders",
    "pareto_share",
    "payback_years",
    "portfolio",
    "portfolio_value",
    "project_portfolio",
    "reactivation_rate",
    "repeat_purchase_rate",
    "required_factor",
    "response_rate",
    "retention",
    "retention_from_duration",
    "retention_gain",
    "rfm",
    "romi",
    "share_of_wallet",
    "step_gain",
    "step_rates",
    "subscriber_to_customer",
    "tier",
    "time_between_purchases",
    "tipping_point",
    "total_reach",
]

__version__ = "0.1.0"

_MODULES = {
    "budget": (
        "budget",
        "required_factor",
    ),
    "campaign": (
        "acquisition_cost",
        "campaign_roi",
        "clv_to_cac",
        "nps",
        "payback_years",
        "response_rate",
        "romi",
        "share_of_wallet",
    ),
    "errors": (
        "ArgumentError",
        "CrmError",
        "DivisionError",
        "DomainError",
        "FormulaError",
        "InputError",
        "NotEnoughDataError",
        "PassedError",
        "UnknownNameError",
    ),
    "kpi": (
        "repeat_purchase_rate",
        "subscriber_to_customer",
        "time_between_purchases",
        "total_reach",
    ),
    "ladder": (
        "extra_orders",
        "f_ladder",
        "step_gain",
        "step_rates",
        "tipping_point",
    ),
    "migration": (
        "migration",
        "migration_rates",
        "project_portfolio",
        "tier",
    ),
    "orders.ranges": (
        "customer_flows",
        "customer_status",
        "ltv_at_age",
        "migration_matrix",
        "order_ladder",
        "portfolio",
    ),
    "retention": (
        "churn",
        "closing_customers",
        "customer_duration",
        "net_duration",
        "reactivation_rate",
        "retention",
        "retention_from_duration",
        "retention_gain",
    ),
    "segment": (
        "pareto_share",
        "rfm",
    ),
    "value": (
        "annual_value",
        "clv",
        "clv_bridge",
        "clv_discounted",
        "clv_index",
        "growth_rate",
        "portfolio_value",
    ),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # or a misspelt name would pass the type checker

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name == "orders":
            return import_module("crmformulas.orders")
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'crmformulas' has no attribute {name!r}")
        value: object = getattr(import_module(f"crmformulas.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """Keeps a formula in front of the module of its name, which importing would bind here."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _MODULE_OF and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
