# %% [markdown]
# # From an order file to a decision
#
# The orders are those of a made-up retailer; put the path of your own file in their place.

# %%
import crmformulas as crm

orders, contacts = crm.orders.demo_frames(orders=8_000)
log = crm.orders.read(orders)
summary = log.summary("2026-10-31")
summary

# %% [markdown]
# ## Who came, stayed and left

# %%
summary.chart.balance()

# %% [markdown]
# ## At which purchase do they become loyal?

# %%
summary.chart.ladder()

# %%
summary.chart.ladder().frame

# %% [markdown]
# ## What is it worth that customers stay?
#
# One percentage point of retention in each value tier, in currency units:

# %%
tiers = summary.portfolio
crm.retention_gain(tiers["annual_value"], tiers["retention"], 0.01, tiers["customers"]).round()

# %% [markdown]
# ## Where value leaks

# %%
summary.chart.flow_values()

# %% [markdown]
# ## What separates those who come back?

# %%
log.separates(1)

# %% [markdown]
# ## What will the customers who are known do next?

# %%
log.forecast()

# %% [markdown]
# ## Who are the largest?

# %%
log.customers()

# %%
log.close()
