"""Customer-value formulas for Excel, the terminal and Python.

Every formula of the catalogue is a function here, loaded on first use:

>>> import crmformulas as crm
>>> crm.clv(5, 500, 2.5)
6250.0

Importing the package loads neither NumPy nor pandas.
"""

TYPE_CHECKING = False  # what typing says, without the 3 ms that importing typing costs
if TYPE_CHECKING:
    from crmformulas import orders
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
    from crmformulas.formulas.budget import (
        budget,
        required_factor,
    )
    from crmformulas.formulas.campaign import (
        acquisition_cost,
        campaign_roi,
        clv_to_cac,
        nps,
        payback_years,
        response_rate,
        romi,
        share_of_wallet,
    )
    from crmformulas.formulas.kpi import (
        repeat_purchase_rate,
        subscriber_to_customer,
        time_between_purchases,
        total_reach,
    )
    from crmformulas.formulas.ladder import (
        extra_orders,
        f_ladder,
        step_gain,
        step_rates,
        tipping_point,
    )
    from crmformulas.formulas.migration import (
        migration,
        migration_rates,
        portfolio_bridge,
        project_portfolio,
        tier,
    )
    from crmformulas.formulas.retention import (
        churn,
        closing_customers,
        customer_duration,
        net_duration,
        reactivation_rate,
        retention,
        retention_from_duration,
        retention_gain,
    )
    from crmformulas.formulas.segment import (
        pareto_share,
        rfm,
    )
    from crmformulas.formulas.uncertainty import (
        clv_interval,
        rate_difference,
        retention_interval,
        wilson,
    )
    from crmformulas.formulas.value import (
        annual_value,
        clv,
        clv_bridge,
        clv_discounted,
        clv_index,
        flow_value,
        growth_rate,
        portfolio_value,
    )
    from crmformulas.orders.order_formulas import (
        customer_flows,
        customer_status,
        ltv_at_age,
        migration_matrix,
        order_ladder,
        portfolio,
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
    "clv_interval",
    "clv_to_cac",
    "customer_duration",
    "customer_flows",
    "customer_status",
    "extra_orders",
    "f_ladder",
    "flow_value",
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
    "portfolio_bridge",
    "portfolio_value",
    "project_portfolio",
    "rate_difference",
    "reactivation_rate",
    "repeat_purchase_rate",
    "required_factor",
    "response_rate",
    "retention",
    "retention_from_duration",
    "retention_gain",
    "retention_interval",
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
    "wilson",
]

__version__ = "0.1.0"

_MODULES = {
    "formulas.budget": (
        "budget",
        "required_factor",
    ),
    "formulas.campaign": (
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
    "formulas.kpi": (
        "repeat_purchase_rate",
        "subscriber_to_customer",
        "time_between_purchases",
        "total_reach",
    ),
    "formulas.ladder": (
        "extra_orders",
        "f_ladder",
        "step_gain",
        "step_rates",
        "tipping_point",
    ),
    "formulas.migration": (
        "migration",
        "migration_rates",
        "portfolio_bridge",
        "project_portfolio",
        "tier",
    ),
    "orders.order_formulas": (
        "customer_flows",
        "customer_status",
        "ltv_at_age",
        "migration_matrix",
        "order_ladder",
        "portfolio",
    ),
    "formulas.retention": (
        "churn",
        "closing_customers",
        "customer_duration",
        "net_duration",
        "reactivation_rate",
        "retention",
        "retention_from_duration",
        "retention_gain",
    ),
    "formulas.segment": (
        "pareto_share",
        "rfm",
    ),
    "formulas.uncertainty": (
        "clv_interval",
        "rate_difference",
        "retention_interval",
        "wilson",
    ),
    "formulas.value": (
        "annual_value",
        "clv",
        "clv_bridge",
        "clv_discounted",
        "clv_index",
        "flow_value",
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
