/**
 * crmformulas 0.1.0: customer-value formulas as custom functions of Google Sheets.
 * Copyright (c) 2026 The crmformulas authors. MIT License.
 *
 * To install: in the spreadsheet choose Extensions > Apps Script, then beside Files + > Script, and
 * paste this file in place of what is there. No permission is asked for: nothing but the arguments
 * of a call is read.
 *
 * The script's time zone (Project Settings) must be that of the spreadsheet (File > Settings), or
 * the day of a date can't be told; the functions refuse dates that show it is another one.
 *
 * Made from the catalogue by crmformulas/google_sheets/build.py; changes here would be lost.
 */

// ------------------------------------------------------- value

/**
 * Revenue per customer and year.
 *
 * @param {number|Array<Array<number>>} frequency Orders per customer and year, at least 0. Number or range.
 * @param {number|Array<Array<number>>} order_value Revenue per order, in currency units. Number or range.
 * @return Currency units per customer and year.
 * @customfunction
 */
function ANNUAL_VALUE(frequency, order_value) {
  return CRM_.call('annual_value', arguments);
}

/**
 * Customer lifetime value: what a customer is expected to bring over the whole duration.
 *
 * @param {number|Array<Array<number>>} frequency Orders per customer and year, at least 0. Number or range.
 * @param {number|Array<Array<number>>} order_value Revenue per order, in currency units. Number or range.
 * @param {number|Array<Array<number>>} duration Years as a customer, at least 0. Number or range.
 * @param {number|Array<Array<number>>} [margin] Share of the revenue that counts; 1 gives the value in revenue. Number or range.
 * @return Currency units per customer.
 * @customfunction
 */
function CLV(frequency, order_value, duration, margin) {
  return CRM_.call('clv', arguments);
}

/**
 * Customer lifetime value with later years counted at their present value.
 *
 * @param {number|Array<Array<number>>} annual_value Revenue per customer and year, in currency units. Number or range.
 * @param {number|Array<Array<number>>} retention Share of customers who stay, a fraction per year. Number or range.
 * @param {number|Array<Array<number>>} discount_rate Fraction per year, above −1. Number or range.
 * @param {number|Array<Array<number>>} [years] How many years count: whole, at least 1. Without it all do. Number or range.
 * @return Currency units per customer. The first year counts in full.
 * @customfunction
 */
function CLV_DISCOUNTED(annual_value, retention, discount_rate, years) {
  return CRM_.call('clv_discounted', arguments);
}

/**
 * The value that all customers together are expected to bring.
 *
 * @param {Array<Array<number>>} clv Customer lifetime value of each tier, in currency units. Range of n numbers.
 * @param {Array<Array<number>>} customers Customers of each tier. Range of n numbers.
 * @return Currency units; 0 for no tiers.
 * @customfunction
 */
function PORTFOLIO_VALUE(clv, customers) {
  return CRM_.call('portfolio_value', arguments);
}

/**
 * The worth of each customer as a multiple of that of the base customer.
 *
 * @param {Array<Array<number>>} clv Customer lifetime value of each tier, in currency units. Range of n numbers.
 * @param {number} [base] What they are compared with; the last of them unless given. One number.
 * @return A range of n ratios.
 * @customfunction
 */
function CLV_INDEX(clv, base) {
  return CRM_.call('clv_index', arguments);
}

/**
 * The value that a flow of customers between two tiers adds to the portfolio, or takes from it.
 *
 * @param {number|Array<Array<number>>} customers How many moved. Number or range.
 * @param {number|Array<Array<number>>} clv_from CLV of the tier they come from, in currency units; 0 for new and reactivated customers. Number or range.
 * @param {number|Array<Array<number>>} clv_to CLV of the tier they are in now; 0 for the lost. Number or range.
 * @return Currency units; negative for a loss. That of the lost does not depend on how many left, as their CLV is the longer the fewer they are: hold one year's CLV when years are compared.
 * @customfunction
 */
function FLOW_VALUE(customers, clv_from, clv_to) {
  return CRM_.call('flow_value', arguments);
}

/**
 * By how much something grew, as a share of what it was.
 *
 * @param {number|Array<Array<number>>} before The earlier figure. Number or range.
 * @param {number|Array<Array<number>>} after The later figure, in the same unit. Number or range.
 * @return A fraction per the time between the two; negative for a decline.
 * @customfunction
 */
function GROWTH_RATE(before, after) {
  return CRM_.call('growth_rate', arguments);
}

/**
 * The part that each driver brought of the change in portfolio value.
 *
 * @param {Array<Array<number>>} before Frequency, order value, duration and customers before. Range of 4 numbers.
 * @param {Array<Array<number>>} after The same four afterwards. Range of 4 numbers.
 * @return A range of 4 amounts in currency units, in the order of the drivers; they add up to the change in frequency × order value × duration × customers.
 * @customfunction
 */
function CLV_BRIDGE(before, after) {
  return CRM_.call('clv_bridge', arguments);
}

// ------------------------------------------------------- retention

/**
 * Share of the customers at the start of a period who are still customers at its end.
 *
 * @param {number|Array<Array<number>>} opening Active customers when the period starts. Number or range.
 * @param {number|Array<Array<number>>} retained How many of them are active in the period. Number or range, at most opening.
 * @return A fraction per period (per year when the period is 12 months), 0 to 1.
 * @customfunction
 */
function RETENTION(opening, retained) {
  return CRM_.call('retention', arguments);
}

/**
 * Expected number of years as a customer when the same share stays every year.
 *
 * @param {number|Array<Array<number>>} retention Share of customers who stay, a fraction per year. Number or range.
 * @return Years, at least 1. Where everybody stays the duration has no finite estimate.
 * @customfunction
 */
function CUSTOMER_DURATION(retention) {
  return CRM_.call('customer_duration', arguments);
}

/**
 * Share of the customers at the start of a period who are no customers at its end.
 *
 * @param {number|Array<Array<number>>} opening Active customers when the period starts. Number or range.
 * @param {number|Array<Array<number>>} lost How many of them are not active in the period. Number or range, at most opening.
 * @return A fraction per period (per year when the period is 12 months), 0 to 1.
 * @customfunction
 */
function CHURN(opening, lost) {
  return CRM_.call('churn', arguments);
}

/**
 * The yearly retention that gives a customer duration.
 *
 * @param {number|Array<Array<number>>} duration Years as a customer, at least 1. Number or range.
 * @return A fraction per year, 0 to 1.
 * @customfunction
 */
function RETENTION_FROM_DURATION(duration) {
  return CRM_.call('retention_from_duration', arguments);
}

/**
 * Customer duration when the customers who are won back count as staying.
 *
 * @param {number|Array<Array<number>>} opening Active customers when the period starts. Number or range.
 * @param {number|Array<Array<number>>} continued How many of them are active in the period. Number or range.
 * @param {number|Array<Array<number>>} reactivated Former customers who came back in the period. Number or range; together with continued at most opening.
 * @return Years when the period is 12 months, at least 1. Where as many come back as leave the duration has no finite estimate.
 * @customfunction
 */
function NET_DURATION(opening, continued, reactivated) {
  return CRM_.call('net_duration', arguments);
}

/**
 * Share of the former customers who came back.
 *
 * @param {number|Array<Array<number>>} reactivated Former customers who came back in the period. Number or range.
 * @param {number|Array<Array<number>>} former Customers who had been lost when the period began. Number or range, at least reactivated.
 * @return A fraction per period, 0 to 1.
 * @customfunction
 */
function REACTIVATION_RATE(reactivated, former) {
  return CRM_.call('reactivation_rate', arguments);
}

/**
 * Active customers at the end of a period: the balance of the customer flows.
 *
 * @param {number|Array<Array<number>>} opening Active customers when the period starts. Number or range.
 * @param {number|Array<Array<number>>} new_ Customers who bought for the first time. Number or range.
 * @param {number|Array<Array<number>>} reactivated Former customers who came back. Number or range.
 * @param {number|Array<Array<number>>} lost Customers of opening who are not active any more. Number or range, at most opening.
 * @return Number of customers.
 * @customfunction
 */
function CLOSING_CUSTOMERS(opening, new_, reactivated, lost) {
  return CRM_.call('closing_customers', arguments);
}

/**
 * Portfolio value added when more customers stay.
 *
 * @param {number|Array<Array<number>>} annual_value Revenue per customer and year, in currency units. Number or range.
 * @param {number|Array<Array<number>>} retention Share of customers who stay today, a fraction per year. Number or range.
 * @param {number|Array<Array<number>>} lift By how much the retention rises, 0.05 being 5 percentage points. Number or range.
 * @param {number|Array<Array<number>>} customers Number of customers. Number or range.
 * @return Currency units; negative for a fall in retention.
 * @customfunction
 */
function RETENTION_GAIN(annual_value, retention, lift, customers) {
  return CRM_.call('retention_gain', arguments);
}

/**
 * Margin that more retention adds to the portfolio value.
 *
 * @param {number|Array<Array<number>>} annual_value Revenue per customer and year, in currency units. Number or range.
 * @param {number|Array<Array<number>>} retention Share of customers who stay today, a fraction per year. Number or range.
 * @param {number|Array<Array<number>>} lift By how much the retention rises, 0.05 being 5 percentage points. Number or range.
 * @param {number|Array<Array<number>>} customers Number of customers. Number or range.
 * @param {number|Array<Array<number>>} margin Share of the revenue that is left when the goods are paid for. Number or range.
 * @return Currency units of margin; negative for a fall in retention.
 * @customfunction
 */
function RETENTION_PROFIT(annual_value, retention, lift, customers, margin) {
  return CRM_.call('retention_profit', arguments);
}

/**
 * By how many per cent the portfolio value rises when more customers stay.
 *
 * @param {number|Array<Array<number>>} retention Share of customers who stay today, a fraction per year. Number or range.
 * @param {number|Array<Array<number>>} lift By how much the retention rises, 0.05 being 5 percentage points. Number or range.
 * @return A fraction of today's value, 0.25 being 25 %; negative for a fall in retention.
 * @customfunction
 */
function RETENTION_GAIN_RATE(retention, lift) {
  return CRM_.call('retention_gain_rate', arguments);
}

/**
 * Revenue that the customers of a year ago bring now, per revenue that they brought then.
 *
 * @param {number|Array<Array<number>>} opening_revenue Revenue of the customers in the period before. Number or range.
 * @param {number|Array<Array<number>>} expansion What those of them who buy more now bring more. Number or range.
 * @param {number|Array<Array<number>>} contraction What those who buy less bring less. Number or range.
 * @param {number|Array<Array<number>>} lost_revenue What those who left had brought; together with contraction at most opening_revenue. Number or range.
 * @return A ratio: 1 where the customers who were there bring as much as before, without any new one.
 * @customfunction
 */
function NET_REVENUE_RETENTION(opening_revenue, expansion, contraction, lost_revenue) {
  return CRM_.call('net_revenue_retention', arguments);
}

/**
 * The value of a kept, a won-back and a new customer, and whether they are worth their cost.
 *
 * @param {Array<Array<number>>} cost What it costs to keep, win back or recruit one customer, in currency units, a row for each way. Range of n numbers.
 * @param {Array<Array<number>>} annual_value Revenue per customer and year of those who came that way. Range of n numbers.
 * @param {Array<Array<number>>} retention The share of them who stay, a fraction per year. Range of n numbers.
 * @param {number} [margin] The share of the revenue that counts, 1 unless given.
 * @return A table with a row for each way: duration in years; what one brings, which is the most that one may cost; what is left over after the cost; what one unit of cost brings; years until the cost is back. Where nobody is lost there is no end to what they bring: #DIV/0!.
 * @customfunction
 */
function KEEP_OR_ACQUIRE(cost, annual_value, retention, margin) {
  return CRM_.call('keep_or_acquire', arguments);
}

/**
 * The cost of a new customer as a multiple of that of one who is kept.
 *
 * @param {number|Array<Array<number>>} cost_to_keep Cost of keeping, in currency units: in all, or per customer. Number or range.
 * @param {number|Array<Array<number>>} cost_to_acquire Cost of acquiring, in currency units: in all, or per customer. Number or range.
 * @param {number|Array<Array<number>>} [kept] Customers who were kept for that cost; 1 if it is per customer. Number or range.
 * @param {number|Array<Array<number>>} [acquired] Customers who were won for that cost; 1 if it is per customer. Number or range.
 * @return A ratio: 5 if a new customer costs five times as much as one who is kept.
 * @customfunction
 */
function KEEP_VS_ACQUIRE(cost_to_keep, cost_to_acquire, kept, acquired) {
  return CRM_.call('keep_vs_acquire', arguments);
}

// ------------------------------------------------------- migration

/**
 * The value tier of each customer: super 5 %, top 15 %, mid 50 %, bottom 30 % by revenue.
 *
 * @param {Array<Array<number>>} revenue Net revenue of each active customer, in currency units. Range of n numbers.
 * @param {Array<Array<number>>} [shares] Share of the customers in each tier, most valuable first; fractions that add up to 1. Range.
 * @param {Array<Array<string>>} [names] Name of each tier. Range of as many labels as shares.
 * @return A list of n labels in the order of revenue. The highest revenue is ranked first; where two are equal, the one that comes first. Nothing for nobody.
 * @customfunction
 */
function TIER(revenue, shares, names) {
  return CRM_.call('tier', arguments);
}

/**
 * Where the customers of each tier went: to which tier, or lost.
 *
 * @param {Array<Array<string>>} from_tiers Tier of each customer in the period before. Customers who had none (new, reactivated, empty) are not in the matrix. Range of n labels.
 * @param {Array<Array<string>>} to_tiers Tier of the same customers now; who has none is lost. Range of n labels.
 * @param {Array<Array<string>>} [names] Names of the tiers, most valuable first. Range of labels.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table of counts: a row for each tier before; a column for each tier now, and lost.
 * @customfunction
 */
function MIGRATION(from_tiers, to_tiers, names, language) {
  return CRM_.call('migration', arguments);
}

/**
 * Which share of the customers of each tier went where.
 *
 * @param {Array<Array<number>>} counts Customers by tier before (rows) and tier now, or lost (columns). Table.
 * @return A table of fractions per period; each row adds up to 1. A row without customers is #DIV/0!.
 * @customfunction
 */
function MIGRATION_RATES(counts) {
  return CRM_.call('migration_rates', arguments);
}

/**
 * Customer migration as it is printed, with all who were retained in each tier.
 *
 * @param {Array<Array<number>>} customers Customers by tier before (rows), reactivated and new (the last two rows), and by tier now and lost (columns). Table of (n + 2) × (n + 1).
 * @param {Array<Array<string>>} [names] Names of the n tiers, most valuable first. Range of labels.
 * @param {string} [language] Language in which a spreadsheet shows the headers and the rows, en or sv. English unless given.
 * @return A table of counts: rows for the tiers before, total retained, reactivated, new and total; columns for the tiers now, lost and customers, which is all of the row.
 * @customfunction
 */
function MIGRATION_TABLE(customers, names, language) {
  return CRM_.call('migration_table', arguments);
}

/**
 * Customer flows as they are printed: who is in each tier, where from, and who was lost.
 *
 * @param {Array<Array<number>>} customers Customers by tier before (rows), reactivated and new (the last two rows), and by tier now and lost (columns). Table of (n + 2) × (n + 1).
 * @param {Array<Array<number>>} orders Their orders now, in the same places; of the lost none, so that their column may be left out. Table of (n + 2) × n or (n + 2) × (n + 1).
 * @param {Array<Array<number>>} revenue Their net revenue now, in currency units; of the lost that of the year before. Table of (n + 2) × (n + 1).
 * @param {Array<Array<string>>} [names] Names of the n tiers, most valuable first. Range of labels.
 * @param {string} [language] Language in which a spreadsheet shows the headers and the flows, en or sv. English unless given.
 * @return A table with a row for each flow, for each tier with all who are in it, for the lost, and for all who are active, 34 rows for four tiers: flow, from, to, customers, orders, revenue and revenue per customer, #DIV/0! of nobody.
 * @customfunction
 */
function FLOW_TABLE(customers, orders, revenue, names, language) {
  return CRM_.call('flow_table', arguments);
}

/**
 * The steps from the portfolio's value a year ago to that of today, which add up exactly.
 *
 * @param {Array<Array<number>>} customers Customers by tier before (rows), reactivated and new (the last two rows), and by tier now and lost (columns). Table of (n + 2) × (n + 1).
 * @param {Array<Array<number>>} clv_before CLV of each tier a year ago, in currency units. Range of n numbers.
 * @param {Array<Array<number>>} clv_now CLV of each tier today. Range of n numbers.
 * @param {number} [valued_at] At which CLV the flows are valued: 1 that of today, 0 that of a year ago, 0.5 the mean of both. One number.
 * @return A range of 8 amounts in currency units: opening, new, reactivated, upgrades, downgrades, lost, changed CLV, closing.
 * @customfunction
 */
function PORTFOLIO_BRIDGE(customers, clv_before, clv_now, valued_at) {
  return CRM_.call('portfolio_bridge', arguments);
}

/**
 * Customers per tier, year by year, if the migration rates and the inflow last.
 *
 * @param {Array<Array<number>>} customers Customers in each tier today. Range of n numbers.
 * @param {Array<Array<number>>} rates Share of each tier (rows) that goes to each tier (columns) in a year, as fractions; a last column for the lost may stand beside them. Table of n × n or n × (n + 1).
 * @param {Array<Array<number>>} inflow New and reactivated customers who come into each tier in a year. Range of n numbers.
 * @param {number} years How many years ahead, a whole number from 1 to 1000.
 * @return A table of customers, not rounded: a row for today and one for each year, a column for each tier.
 * @customfunction
 */
function PROJECT_PORTFOLIO(customers, rates, inflow, years) {
  return CRM_.call('project_portfolio', arguments);
}

// ------------------------------------------------------- ladder

/**
 * The number of customers who have made at least one order, at least two, and so on.
 *
 * @param {Array<Array<number>>} order_counts Number of orders of each customer. Range of whole numbers.
 * @param {number} [max_f] The last step, a whole number from 1 to 1000. The largest count unless given.
 * @return A range of max_f numbers of customers, none larger than the one before.
 * @customfunction
 */
function F_LADDER(order_counts, max_f) {
  return CRM_.call('f_ladder', arguments);
}

/**
 * Which share of the customers at each step goes on to the next.
 *
 * @param {Array<Array<number>>} ladder Customers with at least 1, 2, … n orders. Range of n numbers.
 * @return A range of n − 1 fractions. Where a step has no customers the rate is #DIV/0!.
 * @customfunction
 */
function STEP_RATES(ladder) {
  return CRM_.call('step_rates', arguments);
}

/**
 * The number of orders, after the first, that come from a number of new customers.
 *
 * @param {Array<Array<number>>} rates Share that goes on from each step to the next, as fractions. Range of n numbers.
 * @param {number} [customers] New customers, each with one order. One number.
 * @return Number of orders over the steps of rates, not rounded.
 * @customfunction
 */
function EXTRA_ORDERS(rates, customers) {
  return CRM_.call('extra_orders', arguments);
}

/**
 * The first step of the ladder from which enough customers go on.
 *
 * @param {Array<Array<number>>} rates Share that goes on from each step to the next, as fractions. Range of n numbers.
 * @param {number} [threshold] The share that is enough, a fraction. One number.
 * @return The number of the step, 1 to n: k stands for customers with k orders.
 * @customfunction
 */
function TIPPING_POINT(rates, threshold) {
  return CRM_.call('tipping_point', arguments);
}

/**
 * Where the bottleneck is: the extra orders if only that step reached its goal.
 *
 * @param {Array<Array<number>>} rates Share that goes on from each step to the next, as fractions. Range of n numbers.
 * @param {Array<Array<number>>} goals The goal of each step, as fractions. Range of n numbers.
 * @param {number} [customers] New customers, each with one order. One number.
 * @return A range of n numbers of orders. A step that is beyond its goal gains nothing.
 * @customfunction
 */
function STEP_GAIN(rates, goals, customers) {
  return CRM_.call('step_gain', arguments);
}

// ------------------------------------------------------- budget

/**
 * Customers, orders and revenue of next year, by segment and in total.
 *
 * @param {Array<Array<number>>} outcome Outcome of the year: rows new, continued, reactivated; columns customers, revenue, orders. Table of 3 × 3 numbers, at least 0.
 * @param {number} opening Active customers when that year began, at least those who continued. One number.
 * @param {Array<Array<number>>} growth Seven factors (recruitment; frequency and order value of new, continued and reactivated customers), or the outcome of the year before, as a table of 3 × 3, which gives them. Range.
 * @param {number} reactivation Share of the lost customers who come back, a fraction per year. One number.
 * @param {Array<Array<number>>} [simulation] Nine factors, 1 unless given (recruitment, retention, reactivation; frequency and order value of new, continued and reactivated customers). Range.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with the rows new, continued, reactivated and total; the columns customers, revenue, orders, value per order, orders per customer and revenue per customer. Customers and orders are not rounded. What a segment without outcome leaves undefined is #DIV/0!.
 * @customfunction
 */
function BUDGET(outcome, opening, growth, reactivation, simulation, language) {
  return CRM_.call('budget', arguments);
}

/**
 * The change of each segment from one year to the next: customers, orders, revenue, and why.
 *
 * @param {Array<Array<number>>} outcome Outcome of the year: rows new, continued, reactivated; columns customers, revenue, orders. Table of 3 × 3 numbers, at least 0.
 * @param {Array<Array<number>>} former The same for the year before. Table of 3 × 3 numbers, at least 0.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table of fractions (1.05 = 5 % more) with the rows new, continued, reactivated and total; the columns customers, revenue, orders, value per order, orders per customer and revenue per customer. #DIV/0! where the year before has nothing to compare with. The index of former customers is one division, of those who were lost in each year.
 * @customfunction
 */
function CUSTOMER_DEVELOPMENT(outcome, former, language) {
  return CRM_.call('customer_development', arguments);
}

/**
 * The simulation factor with which one lever, or several evenly, reach the target revenue.
 *
 * @param {Array<Array<number>>} outcome Outcome of the year, as for a budget. Table of 3 × 3 numbers.
 * @param {number} opening Active customers when that year began. One number.
 * @param {Array<Array<number>>} growth Seven growth factors, or the outcome of the year before. Range.
 * @param {number} reactivation Share of the lost customers who come back, a fraction per year. One number.
 * @param {number} target The revenue to reach, in currency units. One number.
 * @param {Array<Array<string>>} lever Name of the lever, or of several that are lifted by the same factor. Text or range.
 * @param {Array<Array<number>>} [simulation] Nine factors for the other levers, 1 unless given. Range.
 * @return The factor: 1.1 is a lift of 10 %. It takes the place of the levers' own simulation.
 * @customfunction
 */
function REQUIRED_FACTOR(outcome, opening, growth, reactivation, target, lever, simulation) {
  return CRM_.call('required_factor', arguments);
}

// ------------------------------------------------------- kpi

/**
 * Share of the subscribers who became customers.
 *
 * @param {number|Array<Array<number>>} subscribers Contacts who had signed up and not bought, and whose time to do so is over. Number or range.
 * @param {number|Array<Array<number>>} converted How many of them made a first order within that time. Number or range, at most subscribers.
 * @return A fraction over the time that the conversion was given, 0 to 1.
 * @customfunction
 */
function SUBSCRIBER_TO_CUSTOMER(subscribers, converted) {
  return CRM_.call('subscriber_to_customer', arguments);
}

/**
 * Share of the customers who have bought more than once.
 *
 * @param {number|Array<Array<number>>} customers Customers with at least one order (F1). Number or range.
 * @param {number|Array<Array<number>>} repeaters Customers with at least two (F2). Number or range, at most customers.
 * @return A fraction, over all time up to the day of counting, 0 to 1.
 * @customfunction
 */
function REPEAT_PURCHASE_RATE(customers, repeaters) {
  return CRM_.call('repeat_purchase_rate', arguments);
}

/**
 * Share of all contacts who were reached.
 *
 * @param {number|Array<Array<number>>} reached Distinct contacts who were reached in the period. Number or range, at most contacts.
 * @param {number|Array<Array<number>>} contacts All contacts. Number or range.
 * @return A fraction over the period, 0 to 1.
 * @customfunction
 */
function TOTAL_REACH(reached, contacts) {
  return CRM_.call('total_reach', arguments);
}

/**
 * The median number of days until a customer buys again.
 *
 * @param {Array<Array<string>>} customers Customer id of each order. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each order. Range of n dates. Orders of a customer on one day are one.
 * @return Days; the mean of the middle two where the number of gaps is even.
 * @customfunction
 */
function TIME_BETWEEN_PURCHASES(customers, dates) {
  return CRM_.call('time_between_purchases', arguments);
}

/**
 * The mean revenue of an order.
 *
 * @param {number|Array<Array<number>>} revenue Net revenue of the period, in currency units. Number or range.
 * @param {number|Array<Array<number>>} orders Orders of the period. Number or range.
 * @return Currency units per order.
 * @customfunction
 */
function AVERAGE_ORDER_VALUE(revenue, orders) {
  return CRM_.call('average_order_value', arguments);
}

/**
 * The mean number of orders of an active customer in a period.
 *
 * @param {number|Array<Array<number>>} orders Orders of the period. Number or range.
 * @param {number|Array<Array<number>>} customers Customers with at least one of them. Number or range.
 * @return Orders per customer and period (per year when the period is 12 months).
 * @customfunction
 */
function PURCHASE_FREQUENCY(orders, customers) {
  return CRM_.call('purchase_frequency', arguments);
}

/**
 * Share of the visitors, or of other prospects, who bought.
 *
 * @param {number|Array<Array<number>>} visitors Visitors of the period, each counted once. Number or range.
 * @param {number|Array<Array<number>>} converted How many of them bought. Number or range, at most visitors.
 * @return A fraction per period, 0 to 1.
 * @customfunction
 */
function CONVERSION_RATE(visitors, converted) {
  return CRM_.call('conversion_rate', arguments);
}

// ------------------------------------------------------- campaign

/**
 * Share of those who were sent a campaign who answered.
 *
 * @param {number|Array<Array<number>>} responses Customers who answered. Number or range, at most sent.
 * @param {number|Array<Array<number>>} sent Customers who were sent the campaign. Number or range.
 * @return A fraction per campaign, 0 to 1.
 * @customfunction
 */
function RESPONSE_RATE(responses, sent) {
  return CRM_.call('response_rate', arguments);
}

/**
 * Return on a campaign: what it brought beyond its cost, as a share of the cost.
 *
 * @param {number|Array<Array<number>>} extra_revenue Revenue that would not have come without the campaign, in currency units; times the margin, for the return in profit. Number or range.
 * @param {number|Array<Array<number>>} cost Cost of the campaign, in the same currency units, at least 0. Number or range.
 * @return A fraction per campaign: 0 breaks even, −1 loses all.
 * @customfunction
 */
function CAMPAIGN_ROI(extra_revenue, cost) {
  return CRM_.call('campaign_roi', arguments);
}

/**
 * Return on marketing investment: value added beyond what it cost, as a share of the cost.
 *
 * @param {number|Array<Array<number>>} value_before Value of the customer portfolio before, in currency units. Number or range.
 * @param {number|Array<Array<number>>} value_after Its value afterwards. Number or range.
 * @param {number|Array<Array<number>>} investment What was invested in between, at least 0. Number or range.
 * @return A fraction of the investment: 0 breaks even, −1 loses all.
 * @customfunction
 */
function ROMI(value_before, value_after, investment) {
  return CRM_.call('romi', arguments);
}

/**
 * Share of what customers spend in the category that they spend with us.
 *
 * @param {number|Array<Array<number>>} own_spend Spent with us, in currency units. Number or range, at most total_spend.
 * @param {number|Array<Array<number>>} total_spend Spent in the category with anyone, in the same period. Number or range.
 * @return A fraction per period, 0 to 1.
 * @customfunction
 */
function SHARE_OF_WALLET(own_spend, total_spend) {
  return CRM_.call('share_of_wallet', arguments);
}

/**
 * Net promoter score as a fraction: 0.3 is the score that is often written 30.
 *
 * @param {number|Array<Array<number>>} promoters Answers 9 and 10. Number or range.
 * @param {number|Array<Array<number>>} passives Answers 7 and 8. Number or range.
 * @param {number|Array<Array<number>>} detractors Answers 0 to 6. Number or range.
 * @return A fraction per survey, −1 to 1.
 * @customfunction
 */
function NPS(promoters, passives, detractors) {
  return CRM_.call('nps', arguments);
}

/**
 * The cost of winning a customer (CAC).
 *
 * @param {number|Array<Array<number>>} cost Spent on winning customers, in currency units, at least 0. Number or range.
 * @param {number|Array<Array<number>>} new_customers Customers won for it. Number or range.
 * @return Currency units per new customer.
 * @customfunction
 */
function ACQUISITION_COST(cost, new_customers) {
  return CRM_.call('acquisition_cost', arguments);
}

/**
 * Customer lifetime value as a multiple of what it costs to win a customer.
 *
 * @param {number|Array<Array<number>>} clv Customer lifetime value, in currency units per customer. Number or range.
 * @param {number|Array<Array<number>>} cac Acquisition cost, in currency units per new customer, at least 0. Number or range.
 * @return A ratio; below 1 a customer costs more than he or she brings.
 * @customfunction
 */
function CLV_TO_CAC(clv, cac) {
  return CRM_.call('clv_to_cac', arguments);
}

/**
 * The number of years until a customer has paid what winning him or her cost.
 *
 * @param {number|Array<Array<number>>} cac Acquisition cost, in currency units per new customer, at least 0. Number or range.
 * @param {number|Array<Array<number>>} annual_value Revenue per customer and year, at least 0. Number or range.
 * @param {number|Array<Array<number>>} [margin] Share of the revenue that counts; 1 gives the payback in revenue. Number or range.
 * @return Years. Customers who bring nothing never pay back.
 * @customfunction
 */
function PAYBACK_YEARS(cac, annual_value, margin) {
  return CRM_.call('payback_years', arguments);
}

/**
 * The number of months until a customer has paid what winning him or her cost.
 *
 * @param {number|Array<Array<number>>} cac Acquisition cost, in currency units per new customer, at least 0. Number or range.
 * @param {number|Array<Array<number>>} annual_value Revenue per customer and year, at least 0. Number or range.
 * @param {number|Array<Array<number>>} [margin] Share of the revenue that counts; 1 gives the payback in revenue. Number or range.
 * @return Months. Customers who bring nothing never pay back.
 * @customfunction
 */
function PAYBACK_MONTHS(cac, annual_value, margin) {
  return CRM_.call('payback_months', arguments);
}

/**
 * The number of customers a test needs, treated and control together, to find a lift.
 *
 * @param {number|Array<Array<number>>} rate Share of the customers who buy in such a period without a campaign, above 0: that of the same period a year before. Number or range.
 * @param {number|Array<Array<number>>} lift By how much the campaign raises it, 0.02 being 2 percentage points. Number or range.
 * @param {number|Array<Array<number>>} [control_share] Share of the customers who are left alone, 0.5 unless given. Number or range.
 * @param {number|Array<Array<number>>} [level] How often the interval of the lift holds the true one: a fraction, 0.9 unless given. Number or range.
 * @param {number|Array<Array<number>>} [power] How often such a lift is to be found: a fraction, 0.8 unless given. Number or range.
 * @return A whole number of customers, of whom the control share is left alone.
 * @customfunction
 */
function SAMPLE_SIZE(rate, lift, control_share, level, power) {
  return CRM_.call('sample_size', arguments);
}

/**
 * The smallest rise of the share of buyers that a test of this size can be expected to find.
 *
 * @param {number|Array<Array<number>>} rate Share of the customers who buy in such a period without a campaign, above 0: that of the same period a year before. Number or range.
 * @param {number|Array<Array<number>>} treated Customers who get the campaign. Number or range.
 * @param {number|Array<Array<number>>} control Customers who are left alone. Number or range.
 * @param {number|Array<Array<number>>} [level] How often the interval of the lift holds the true one: a fraction, 0.9 unless given. Number or range.
 * @param {number|Array<Array<number>>} [power] How often such a lift is to be found: a fraction, 0.8 unless given. Number or range.
 * @return A difference of shares, 0.02 being 2 percentage points.
 * @customfunction
 */
function DETECTABLE_LIFT(rate, treated, control, level, power) {
  return CRM_.call('detectable_lift', arguments);
}

/**
 * The share of the treated who bought beyond those who would have anyway, by a control group.
 *
 * @param {Array<Array<number>>} buyers Treated customers who bought, of each stratum (customers alike before the campaign); one number if none were made. Range of n numbers, each at most treated.
 * @param {Array<Array<number>>} treated Customers who were drawn to be treated, reached or not. Range of n numbers.
 * @param {Array<Array<number>>} control_buyers Customers of the control group who bought. Range of n numbers, each at most control.
 * @param {Array<Array<number>>} control Customers who were drawn to be left alone. Range of n numbers.
 * @return A difference of shares, 0.02 being 2 percentage points; times the treated it is the extra buyers. A stratum in which one of the groups is empty is left out.
 * @customfunction
 */
function LIFT(buyers, treated, control_buyers, control) {
  return CRM_.call('lift', arguments);
}

/**
 * Between what ends the lift of a campaign lies, as far as chance goes.
 *
 * @param {Array<Array<number>>} buyers Treated customers who bought, of each stratum (customers alike before the campaign); one number if none were made. Range of n numbers, each at most treated.
 * @param {Array<Array<number>>} treated Customers who were drawn to be treated, reached or not. Range of n numbers.
 * @param {Array<Array<number>>} control_buyers Customers of the control group who bought. Range of n numbers, each at most control.
 * @param {Array<Array<number>>} control Customers who were drawn to be left alone. Range of n numbers.
 * @param {number} [level] How often the interval holds the true lift: a fraction, 0.9 unless given. One number.
 * @return A row with the low and the high end, as differences of shares.
 * @customfunction
 */
function LIFT_INTERVAL(buyers, treated, control_buyers, control, level) {
  return CRM_.call('lift_interval', arguments);
}

// ------------------------------------------------------- segment

/**
 * Share of the revenue that comes from the top 20 % of the customers.
 *
 * @param {Array<Array<number>>} revenue Net revenue of each active customer, in currency units. Range of n numbers.
 * @param {number} [top] Which share of the customers, highest revenue first, counts as the top: a fraction.
 * @return A fraction per the period of the revenue. Above 1 where the other customers together returned more than they bought.
 * @customfunction
 */
function PARETO_SHARE(revenue, top) {
  return CRM_.call('pareto_share', arguments);
}

/**
 * Recency, frequency and monetary value of each customer, each scored 1 to 5.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of dates. The rows of a customer on one day are one order.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of numbers.
 * @param {Date} [as_of] The day at which recency is told; later rows are left out. The newest day unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for each customer who has bought, in order of appearance: customer, recency (days since the last purchase), frequency (orders), monetary (net revenue, reduced by returns) and the scores r, f and m, of which 5 is best. A day whose amounts add up to more than 0 is an order.
 * @customfunction
 */
function RFM(customers, dates, amounts, as_of, language) {
  return CRM_.call('rfm', arguments);
}

/**
 * The name of a customer's segment by the scores of RFM.
 *
 * @param {Array<Array<number>>} recency_score Score of recency, 1 to 5, of which 5 is best. Range of n numbers.
 * @param {Array<Array<number>>} frequency_score Score of frequency. Range of n numbers.
 * @param {Array<Array<number>>} monetary_score Score of monetary value. Range of n numbers.
 * @param {string} [language] Language of the labels, en or sv. English unless given.
 * @return A label for each row: champions, loyal, potential loyalists, new, promising, need attention, about to sleep, at risk, cannot lose, hibernating or lost.
 * @customfunction
 */
function RFM_SEGMENT(recency_score, frequency_score, monetary_score, language) {
  return CRM_.call('rfm_segment', arguments);
}

// ------------------------------------------------------- uncertainty

/**
 * Between what ends a rate lies, as far as chance goes: Wilson's score interval.
 *
 * @param {Array<Array<number>>} successes How many of each total. Range of n numbers, each at most its total.
 * @param {Array<Array<number>>} total How many there were. Range of n numbers.
 * @param {number} [level] How often the interval holds the true rate: a fraction, 0.8 unless given.
 * @return A table of fractions: a row for each rate, with its low and its high end.
 * @customfunction
 */
function WILSON(successes, total, level) {
  return CRM_.call('wilson', arguments);
}

/**
 * The difference of one rate from another, and how far chance alone may have moved it.
 *
 * @param {Array<Array<number>>} successes How many of the first total. Range of n numbers.
 * @param {Array<Array<number>>} total How many there were. Range of n numbers.
 * @param {Array<Array<number>>} other_successes How many of the other total, of other customers. Range of n numbers.
 * @param {Array<Array<number>>} other_total How many there were of them. Range of n numbers.
 * @param {number} [level] How often the interval holds the true difference: a fraction, 0.8 unless given.
 * @return A table of fractions (0.05 = 5 percentage points): a row for each pair, with the difference, its low and its high end.
 * @customfunction
 */
function RATE_DIFFERENCE(successes, total, other_successes, other_total, level) {
  return CRM_.call('rate_difference', arguments);
}

/**
 * Between what ends retention lies, as far as chance goes.
 *
 * @param {Array<Array<number>>} opening Active customers when the period starts, of each tier. Range of n numbers.
 * @param {Array<Array<number>>} retained How many of them are active in the period. Range of n numbers.
 * @param {number} [level] How often the interval holds the true retention: a fraction, 0.8 unless given.
 * @return A table of fractions: a row for each tier, with the low and the high end. Where nobody was lost the low end says "at least".
 * @customfunction
 */
function RETENTION_INTERVAL(opening, retained, level) {
  return CRM_.call('retention_interval', arguments);
}

/**
 * Between what ends customer lifetime value lies, as far as chance goes.
 *
 * @param {Array<Array<number>>} annual_value Revenue per customer and year, of each tier. Range of n numbers.
 * @param {Array<Array<number>>} opening Active customers when the period starts, of each tier. Range of n numbers.
 * @param {Array<Array<number>>} retained How many of them are active in the period. Range of n numbers.
 * @param {number} [level] How often the interval holds the true CLV: a fraction, 0.8 unless given.
 * @return A table in currency units per customer: a row for each tier, with the low and the high end. Where nobody was lost there is a low end only: "at least".
 * @customfunction
 */
function CLV_INTERVAL(annual_value, opening, retained, level) {
  return CRM_.call('clv_interval', arguments);
}

// ------------------------------------------------------- forecast

/**
 * Probability that a customer is still one.
 *
 * @param {number|Array<Array<number>>} shape Shape r of the rates at which customers buy. Number or range.
 * @param {number|Array<Array<number>>} alpha Scale of them, in days (or in the unit of last and age). Number or range.
 * @param {number|Array<Array<number>>} a First parameter of the probability to be gone after a purchase. Number or range.
 * @param {number|Array<Array<number>>} b Second parameter of it. Number or range.
 * @param {number|Array<Array<number>>} repeats Purchase days after the first. Number or range.
 * @param {number|Array<Array<number>>} last Days from the first purchase to the last. Number or range, at most age.
 * @param {number|Array<Array<number>>} age Days from the first purchase to the day of the forecast. Number or range.
 * @return A probability, 0 to 1. Show P(buys) in its place: this one is near 1 for everybody where the model sees nobody leave.
 * @customfunction
 */
function P_ALIVE(shape, alpha, a, b, repeats, last, age) {
  return CRM_.call('p_alive', arguments);
}

/**
 * Probability that a customer buys within a period.
 *
 * @param {number|Array<Array<number>>} shape Shape r of the rates at which customers buy. Number or range.
 * @param {number|Array<Array<number>>} alpha Scale of them, in days (or in the unit of the other times). Number or range.
 * @param {number|Array<Array<number>>} a First parameter of the probability to be gone after a purchase. Number or range.
 * @param {number|Array<Array<number>>} b Second parameter of it. Number or range.
 * @param {number|Array<Array<number>>} repeats Purchase days after the first. Number or range.
 * @param {number|Array<Array<number>>} last Days from the first purchase to the last. Number or range, at most age.
 * @param {number|Array<Array<number>>} age Days from the first purchase to the day of the forecast. Number or range.
 * @param {number|Array<Array<number>>} period Days ahead, 365 for a year. Number or range.
 * @return A probability, 0 to 1: comparable with retention where the period is a year.
 * @customfunction
 */
function P_BUYS(shape, alpha, a, b, repeats, last, age, period) {
  return CRM_.call('p_buys', arguments);
}

/**
 * Purchase days that are expected of a customer within a period.
 *
 * @param {number|Array<Array<number>>} shape Shape r of the rates at which customers buy. Number or range.
 * @param {number|Array<Array<number>>} alpha Scale of them, in days (or in the unit of the other times). Number or range.
 * @param {number|Array<Array<number>>} a First parameter of the probability to be gone after a purchase. Number or range.
 * @param {number|Array<Array<number>>} b Second parameter of it. Number or range.
 * @param {number|Array<Array<number>>} repeats Purchase days after the first. Number or range.
 * @param {number|Array<Array<number>>} last Days from the first purchase to the last. Number or range, at most age.
 * @param {number|Array<Array<number>>} age Days from the first purchase to the day of the forecast. Number or range.
 * @param {number|Array<Array<number>>} period Days ahead, 365 for a year. Number or range.
 * @return A number of purchase days in the period.
 * @customfunction
 */
function EXPECTED_ORDERS(shape, alpha, a, b, repeats, last, age, period) {
  return CRM_.call('expected_orders', arguments);
}

/**
 * Revenue that is expected of a customer's next order.
 *
 * @param {number|Array<Array<number>>} p Shape of the values of a customer's orders. Number or range.
 * @param {number|Array<Array<number>>} q Shape of the means over customers, above 1. Number or range.
 * @param {number|Array<Array<number>>} gamma Scale of the means, in currency units. Number or range.
 * @param {number|Array<Array<number>>} repeats Purchase days after the first. Number or range.
 * @param {number|Array<Array<number>>} mean_value Mean revenue of those, in currency units; any where there are none. Number or range.
 * @return Currency units per order.
 * @customfunction
 */
function EXPECTED_VALUE(p, q, gamma, repeats, mean_value) {
  return CRM_.call('expected_value', arguments);
}

// ------------------------------------------------------- orders

/**
 * Status and value tiers of each customer at a day.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for each customer who has bought, in order of appearance: customer, status, and the value tiers of F12 and S12 (super, top, mid or bottom), empty where the customer was not active. Status and F12 tier are #N/A where history holds fewer than 6 of the 12 months of F12.
 * @customfunction
 */
function CUSTOMER_STATUS(customers, dates, amounts, as_of, language) {
  return CRM_.call('customer_status', arguments);
}

/**
 * Where the customers of the last 12 months came from, and where those before them went.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for each origin (a value tier of F12, reactivated or new) and target (a value tier of S12, or lost) that has customers: from, to, customers, orders and revenue of S12; for the lost the revenue of F12, and no orders.
 * @customfunction
 */
function CUSTOMER_FLOWS(customers, dates, amounts, as_of, language) {
  return CRM_.call('customer_flows', arguments);
}

/**
 * The number of customers who moved from each value tier to each other one within a year.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table of customers with a row for each tier of F12 and a column for each tier of S12, and one for the lost.
 * @customfunction
 */
function MIGRATION_MATRIX(customers, dates, amounts, as_of, language) {
  return CRM_.call('migration_matrix', arguments);
}

/**
 * The value of the customers of each tier, and what it is made of.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for each value tier: customers, orders and revenue of S12; customers of F12 and how many of them were lost; retention, duration in years, orders per customer, value per order, annual value, CLV, CLV index and portfolio value; median days between two purchases of a customer with the later one in S12. What has no finite estimate, as the duration of a tier of which nobody was lost, is #N/A; so is all that rests on F12 where history holds fewer than 6 of its 12 months.
 * @customfunction
 */
function PORTFOLIO(customers, dates, amounts, as_of, language) {
  return CRM_.call('portfolio', arguments);
}

/**
 * The number of customers who have bought once, twice and so on, and the share that goes on.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for each number of orders k, 12 at most: f (k), customers with at least k orders, the rate of the step to k + 1 and the median days that it took those who made it. The last row has neither.
 * @customfunction
 */
function ORDER_LADDER(customers, dates, amounts, as_of, language) {
  return CRM_.call('order_ladder', arguments);
}

/**
 * The mean revenue that customers have brought at the age of 3, 6, 12, 24 and 36 months.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for each age: months, customers who have reached it, and their mean net revenue up to it in currency units, #N/A where nobody has.
 * @customfunction
 */
function LTV_AT_AGE(customers, dates, amounts, as_of, language) {
  return CRM_.call('ltv_at_age', arguments);
}

/**
 * The first twelve months of new customers from their first order, by when they came.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for each calendar year in which customers came, for each quarter, and for each recruit year that ends 12, 24 … months before the as-of day (rolling) and does not begin before the first order of all: kind, period, customers who came, those of them whose first twelve months are all observed, and over those: orders, net revenue, orders per customer, revenue per order, revenue per customer, the share with a second order within the twelve months, and CLV. #N/A where nobody is observed, and for the CLV where everybody bought again.
 * @customfunction
 */
function FIRST_YEAR(customers, dates, amounts, as_of, language) {
  return CRM_.call('first_year', arguments);
}

/**
 * The mean revenue of customers so far, by the month of their first order, month after month.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers, en or sv. English unless given.
 * @return A table with a row for all customers and one for each month of first order: month, customers, and net revenue per customer so far in the month itself (month 0) and each of the 12 after it; empty where the month is not over. All adds up what the cohorts that have reached each month spent in it, so that young ones never lower it.
 * @customfunction
 */
function COHORTS(customers, dates, amounts, as_of, language) {
  return CRM_.call('cohorts', arguments);
}

/**
 * The parameters of MBG/NBD and gamma-gamma that fit orders best, for a forecast of customers.
 *
 * @param {Array<Array<string>>} customers Customer id of each row. Range of n ids.
 * @param {Array<Array<Date>>} dates Day of each row. Range of n dates, or of texts that read one way.
 * @param {Array<Array<number>>} amounts Amount of each row, in currency units; returns are negative. Range of n numbers.
 * @param {Date} [as_of] The last day that counts. The day of the newest order unless given.
 * @param {string} [language] Language in which a spreadsheet shows the headers and notes, en or sv. English unless given.
 * @return A table with a row for each parameter (shape, alpha, a, b; p, q, gamma), for the customers who have bought, and for those who bought on two days: parameter, value, and a note where a parameter stands on the bound of what is searched. The last three parameters are #N/A where order values vary too much for a mean.
 * @customfunction
 */
function BTYD_FIT(customers, dates, amounts, as_of, language) {
  return CRM_.call('btyd_fit', arguments);
}

const CRM_ = (() => {
  'use strict';

  // ------------------------------------------------------- values, and how errors write them

  /** What a formula refuses: the spreadsheet's error value and the reason. */
  class Refusal {
    constructor(code, reason) {
      this.text = reason ? code + ' ' + reason : code;
    }
  }

  const wrong = (reason) => new Refusal('#VALUE!', reason);
  const outside = (reason) => new Refusal('#NUM!', reason);
  const undefinedFor = (reason) => new Refusal('#DIV/0!', reason);
  const notEnough = (reason) => new Refusal('#N/A', reason);

  const isRange = (value) => Array.isArray(value);
  const isText = (value) => typeof value === 'string';
  const isNumber = (value) => typeof value === 'number';

  // Not instanceof: a date from another context is a date too.
  const classOf = (value) => Object.prototype.toString.call(value);
  const isDate = (value) => classOf(value) === '[object Date]';

  const isNothing = (value) => value === null || value === '';

  /** An error value, or one with its reason as these functions write it. */
  const isErrorText = (text) => text[0] === '#' && ERRORS.includes(text.split(' ', 1)[0]);

  /** The cell of an error: its text, or an object. */
  const isError = (value) =>
    (isText(value) ? isErrorText(value) : classOf(value) === '[object Error]');

  /** What an error object says, if that is an error value. */
  const thrownText = ({ message }) => (isErrorText(message) ? message : THROWN);

  /** The text without the white space around it. */
  function stripped(text) {
    let [start, end] = [0, text.length];
    while (start < end && BLANK.test(text[start])) start += 1;
    while (start < end && BLANK.test(text[end - 1])) end -= 1;
    return text.slice(start, end);
  }

  const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

  /** Digits of a number in scientific notation, a half rounded to even as the C library does. */
  function scientific(number, digits) {
    const long = Math.abs(number).toExponential(100);
    const exponent = Number(long.slice(long.indexOf('e') + 1));
    const all = long[0] + long.slice(2, long.indexOf('e'));
    const kept = all.slice(0, digits);
    const rest = all.slice(digits);
    const half = '5'.padEnd(rest.length, '0');
    const up = rest > half || (rest === half && Number(kept[digits - 1]) % 2 === 1);
    if (!up) return { kept, exponent };
    const next = (BigInt(kept) + BigInt(1)).toString();
    return { kept: next.slice(0, digits), exponent: exponent + next.length - digits };
  }

  /** A number with so many significant digits, as C's %g writes it. */
  function general(number, digits) {
    if (number !== number) return 'nan';
    if (!Number.isFinite(number)) return number > 0 ? 'inf' : '-inf';
    const sign = number < 0 || Object.is(number, -0) ? '-' : '';
    if (number === 0) return sign + '0';
    const { kept, exponent } = scientific(number, digits);
    if (exponent < -4 || exponent >= digits) return sign + withExponent(kept, exponent);
    return sign + trimmed(placed(kept, exponent));
  }

  /** The shortest digits that give the number back, as Python writes them; 3 is written 3.0. */
  function floatText(number) {
    const sign = number < 0 || Object.is(number, -0) ? '-' : '';
    if (number === 0) return sign + '0.0';
    const short = Math.abs(number).toExponential();
    const kept = short.slice(0, short.indexOf('e')).replace('.', '');
    const exponent = Number(short.slice(short.indexOf('e') + 1));
    if (exponent < -4 || exponent >= 16) return sign + withExponent(kept, exponent);
    const text = placed(kept, exponent);
    return sign + (text.includes('.') ? text : text + '.0');
  }

  function placed(digits, exponent) {
    if (exponent < 0) return '0.' + '0'.repeat(-exponent - 1) + digits;
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
    return digits.length > exponent + 1 ? whole + '.' + digits.slice(exponent + 1) : whole;
  }

  const trimmed = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

  function withExponent(digits, exponent) {
    const mantissa = trimmed(digits[0] + '.' + digits.slice(1) + '0');
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return mantissa + 'e' + (exponent < 0 ? '-' : '+') + power;
  }

  /** A number as errors show it: with all the digits a spreadsheet has, and no more. */
  const shown = (number) => general(number, 15);

  /** A whole number, however large, without an exponent. */
  const wholeText = (number) => BigInt(number).toString();

  /** A text cut to what a line has room for. */
  function inShort(text) {
    const letters = Array.from(text);
    return letters.length > LONGEST ? letters.slice(0, LONGEST).join('') + '…' : text;
  }

  /** A value as errors quote it, in as much as a line has room for. */
  const quoted = (value) => inShort(inQuotes(value));

  function inQuotes(value) {
    if (value === true) return 'True';
    if (value === false) return 'False';
    if (isNumber(value)) return floatText(value);
    if (isDate(value)) return dayText(dayOfDate(value));
    const mark = value.includes("'") && !value.includes('"') ? '"' : "'";
    const named = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', [mark]: '\\' + mark };
    const inside = Array.from(value, (letter) => {
      if (letter in named) return named[letter];
      if (letter === ' ' || !/[\p{C}\p{Z}]/u.test(letter)) return letter;
      const point = letter.codePointAt(0);
      const code = point.toString(16);
      if (point < 0x100) return '\\x' + code.padStart(2, '0');
      return point < 0x10000 ? '\\u' + code.padStart(4, '0') : '\\U' + code.padStart(8, '0');
    });
    return mark + inside.join('') + mark;
  }

  /** Texts by code point: of two UTF-16 units a surrogate stands for the larger one. */
  function byCodePoint(one, other) {
    const length = Math.min(one.length, other.length);
    for (let i = 0; i < length; i += 1) {
      const a = one.charCodeAt(i);
      const b = other.charCodeAt(i);
      if (a !== b) {
        const high = (unit) => unit >= 0xd800 && unit <= 0xdfff;
        return high(a) === high(b) ? a - b : high(a) ? 1 : -1;
      }
    }
    return one.length - other.length;
  }

  const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

  /** 0, 1, … up to but not including a number. */
  const upTo = (count) => Array.from({ length: count }, (_, i) => i);

  /** The decimals of a share, as written, times a count; a half is rounded up. */
  function roundHalfUp(share, count) {
    const [digits, exponent] = share.toExponential().split('e');
    const places = digits.replace(/^\d\.?/, '').length - Number(exponent);
    const written = BigInt(digits.replace('.', ''));
    // Twice the share and a half over twice the scale; a share is at most 1, so places are no less.
    const scale = BigInt(10) ** BigInt(Math.max(places, 0));
    return Number((BigInt(2) * written * BigInt(count) + scale) / (BigInt(2) * scale));
  }

  /** The middle value, or the mean of the middle two. */
  function median(values) {
    const sorted = Float64Array.from(values).sort();
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  // ------------------------------------------------------- calls of a sheet

  /** Answer a call of a sheet: what a cell or a spilled range shows, or an error with the reason. */
  function call(name, given) {
    const entry = CATALOG[name];
    try {
      const most = entry.takes.length;
      if (given.length > most) {
        throw notEnough(name.toUpperCase() + ' takes at most ' + most + ' arguments, got ' +
          given.length);
      }
      const cells = entry.takes.map((argument, i) => cellsOf(argument, given[i]));
      if (TABLES[name]) {
        const language = cells.pop();
        passErrors([language]);
        return headed(entry, TABLES[name](...cells, language), [...cells, language]);
      }
      if (entry.elementwise) return cells.some(isRange) ? spread(name, cells) : one(name, cells);
      const rows = withoutBlankRows(entry, cells);
      try {
        const values = checked(name, rows.cells);
        const answer = headed(entry, spilled(name, RANGES[name](...values)), cells);
        return entry.rowByRow ? restored(rows, answer) : answer;
      } catch (refusal) {
        throw refusal instanceof Refusal ? placedIn(rows, refusal) : refusal;
      }
    } catch (refusal) {
      if (refusal instanceof Refusal) throw new Error(refusal.text);
      throw refusal;
    }
  }

  // ------------------------------------------------------- the words above columns

  /** A table with its headers in words, in the language that is asked for. */
  function headed(entry, table, cells) {
    if (!entry.headed) return table;
    const language = languageOf(cells[entry.takes.findIndex(({ name }) => name === 'language')]);
    const word = (name) => (HEADERS[name] ? HEADERS[name][language] : name);
    return [table[0].map(word), ...table.slice(1)];
  }

  /** The place of a language among those there are; English unless one is asked for. */
  function languageOf(given) {
    passErrors([given]);
    if (isRange(given)) throw wrong('language must be one text, got a range of ' + given.flat().length);
    const asked = (given === null || isNothing(given) ? '' : label(given)) || LANGS[0];
    const place = LANGS.indexOf(asked.toLowerCase());
    if (place < 0) throw wrong('language must be ' + LANGS.join(' or ') + ', got ' + quoted(asked));
    return place;
  }

  // ------------------------------------------------------- blank rows, so that whole columns can be given

  /** The arguments without rows that are blank in all columns that are read row by row together. */
  function withoutBlankRows(entry, cells) {
    const found = { cells: cells.slice(), places: null, rows: 0 };
    const names = entry.takes.map((argument) => argument.name);
    const aligned = (entry.aligned || []).map((name) => names.indexOf(name));
    const alone = entry.takes.map((_, i) => i)
      .filter((i) => entry.takes[i].shape !== 'number' && !aligned.includes(i)).map((i) => [i]);
    [...(aligned.length ? [aligned] : []), ...alone].forEach((group) => {
      const ranges = group.map((i) => rowsOf(entry.takes[i], cells[i]));
      if (ranges.some((rows) => rows === null || rows.length !== ranges[0].length)) return;
      const filled = ranges[0].map((_, k) =>
        ranges.some((rows) => rows[k].some((cell) => !isNothing(cell))));
      if (filled.every((full) => full) || !filled.some((full) => full)) return;
      const skips = (entry.skips || []).includes(names[group[0]]);
      const last = filled.lastIndexOf(true);
      const kept = upTo(filled.length).filter((k) => (skips ? filled[k] : k <= last));
      group.forEach((i, n) => { found.cells[i] = kept.map((k) => ranges[n][k]); });
      if (skips) Object.assign(found, { places: kept, rows: filled.length });
    });
    return found;
  }

  /** A range as rows, one for each cell of a column; null where it is none. */
  function rowsOf(argument, given) {
    if (!isRange(given)) return null;
    return argument.shape === 'column' ? given.flat().map((cell) => [cell]) : given;
  }

  /** An answer beside the rows that it belongs to; beside a blank row stand blanks. */
  function restored({ places, rows }, answer) {
    if (places === null) return answer;
    const all = upTo(rows).map(() => answer[0].map(() => ''));
    places.forEach((place, k) => { all[place] = answer[k]; });
    return all;
  }

  /** The refusal with the places that rows have in the sheet. */
  function placedIn({ places }, refusal) {
    if (places === null || ERRORS.includes(refusal.text)) return refusal;
    const told = refusal.text.replace(/ at (\d+)(?!\w)/g, (all, number) => (
      number >= 1 && number <= places.length ? ' at ' + (places[number - 1] + 1) : all));
    return Object.assign(new Refusal(''), { text: told });
  }

  /** A missing argument is null, and one cell is its value where one value is wanted. */
  function cellsOf(argument, given) {
    if (given === undefined) return null;
    const alone = isRange(given) && given.length === 1 && given[0].length === 1;
    return alone && argument.shape === 'number' ? given[0][0] : given;
  }

  function passErrors(values) {
    for (const value of values) {
      if (isRange(value)) passErrors(value);
      else if (isError(value)) throw new Refusal(isText(value) ? value : thrownText(value));
    }
  }

  // ------------------------------------------------------- calls on numbers, and on each element of ranges

  /** One answer from single values: errors, text, domain and division come in this order. */
  function one(name, cells) {
    const entry = CATALOG[name];
    passErrors(cells);
    const values = entry.takes.map((argument, i) => {
      const value = cells[i] === null && argument.optional ? argument.otherwise : cells[i];
      return value === null && argument.optional ? null : numberOf(argument, value);
    });
    entry.takes.forEach((argument, i) => {
      if (values[i] !== null && !accepts(argument.kind, values[i])) {
        throw refused(argument, values[i]);
      }
    });
    (entry.ties || []).forEach((tie) => keep(entry, tie, values));
    let result;
    try {
      result = NUMBERS[name](...values);
    } catch (error) {
      if (error !== DIVISION) throw error;
      throw undefinedFor('division by zero in ' + callText(name, values));
    }
    if (!Number.isFinite(result)) throw outside(callText(name, values) + ' is too large for a number');
    return result;
  }

  function callText(name, values) {
    const given = CATALOG[name].takes.map((argument, i) => argument.name + '=' + shown(values[i]));
    return name + '(' + given.filter((_, i) => values[i] !== null).join(', ') + ')';
  }

  const DIVISION = {};

  /** A quotient. Where a divisor is zero, there is no answer. */
  function over(part, whole) {
    if (whole === 0) throw DIVISION;
    return part / whole;
  }

  function numberOf(argument, value) {
    if (isNumber(value)) return value;
    const got = isNothing(value) ? 'nothing' : quoted(value);
    throw wrong(argument.name + ' must be a number, got ' + got);
  }

  function accepts({ low = -Number.MAX_VALUE, high = Number.MAX_VALUE, above, whole }, value) {
    if (whole && value !== Math.trunc(value)) return false;
    return (above ? low < value : low <= value) && value <= high;
  }

  function refused(argument, value, where) {
    const place = where === undefined ? '' : ' at ' + (where + 1);
    const { name, kind } = argument;
    return outside(name + ' must be ' + kind.bounds + ', got ' + shown(value) + place);
  }

  /** Refuse arguments whose sum is not within what ties them together. */
  function keep(entry, { parts, low = -Number.MAX_VALUE, high }, values) {
    const valueOf = (name) => values[entry.takes.findIndex((argument) => argument.name === name)];
    const sum = total(parts.map(valueOf));
    const subject = parts.join(' + ');
    const most = isText(high) ? valueOf(high) : high;
    if (!(sum <= most)) {
      const limit = isText(high) ? high + ' (' + shown(most) + ')' : shown(most);
      throw outside(subject + ' must be at most ' + limit + ', got ' + shown(sum));
    }
    if (!(sum >= low)) {
      throw outside(subject + ' must be at least ' + general(low, 6) + ', got ' + shown(sum));
    }
  }

  /**
   * A call on ranges is a call for each element. One that is blank in every range is blank; one
   * without an answer is NaN, which a sheet shows as an error value: a text would be left out of sums.
   */
  function spread(name, cells) {
    const ranges = cells.map((cell) => (cell === null || isRange(cell) ? cell : [[cell]]));
    const given = ranges.filter((range) => range !== null);
    const rows = common(given.map((range) => range.length));
    const columns = common(given.map((range) => range[0].length));
    if (!rows || !columns) {
      const sizes = given.map((range) => range.length + '×' + range[0].length).join(', ');
      throw wrong('ranges of sizes ' + sizes + " can't be combined");
    }
    const at = (range, i, j) => {
      const row = range[range.length === 1 ? 0 : i];
      return row[row.length === 1 ? 0 : j];
    };
    const wide = upTo(ranges.length).filter((k) => isRange(cells[k]) && cells[k].flat().length > 1);
    return upTo(rows).map((i) => upTo(columns).map((j) => {
      const element = ranges.map((range) => (range === null ? null : at(range, i, j)));
      if (wide.length && wide.every((k) => isNothing(element[k]))) return '';
      try {
        return one(name, element);
      } catch (refusal) {
        if (refusal instanceof Refusal) return NaN;
        throw refusal;
      }
    }));
  }

  /** The size that sizes have in common, where 1 fits any; 0 if there is none. */
  function common(sizes) {
    const size = sizes.find((n) => n !== 1) || 1;
    return sizes.every((n) => n === 1 || n === size) ? size : 0;
  }

  // ------------------------------------------------------- calls on whole ranges

  /** The arguments converted. Text in a later argument comes before a number outside its bounds. */
  function checked(name, cells) {
    const entry = CATALOG[name];
    passErrors(cells);
    keepZone(entry.takes.map((argument, i) => (argument.kind.content === 'day' ? cells[i] : null)));
    let first = null;
    const values = entry.takes.map((argument, i) => {
      const given = cells[i] === null && argument.optional ? argument.otherwise : cells[i];
      if (given === null && argument.optional) return null;
      try {
        return converted(argument, given);
      } catch (refusal) {
        if (!(refusal instanceof Refusal) || !refusal.text.startsWith('#NUM!')) throw refusal;
        first = first || refusal;
        return unbounded(argument, given);
      }
    });
    const aligned = entry.aligned || [];
    const columns = aligned.map((name) => entry.takes.findIndex((a) => a.name === name));
    columns.forEach((i) => {
      const [rows, expected] = [values[i].length, values[columns[0]].length];
      if (rows !== expected) {
        throw wrong(entry.takes[i].name + ' must have as many rows as ' + aligned[0] + ' (' +
          expected + '), got ' + rows);
      }
    });
    if (SIZES[name]) SIZES[name](...values);
    if (first) throw first;
    return values;
  }

  /** A number, column or table whatever its bounds, to see how many numbers there are. */
  function unbounded(argument, given) {
    const content = argument.kind.content === 'number' ? 'number' : 'text';
    return converted({ ...argument, kind: { content } }, given);
  }

  /** An argument; where the first of several cells is a text, what to do about it is told, too. */
  function converted(argument, given) {
    try {
      return plainly(argument, given);
    } catch (refusal) {
      const cells = isRange(given) ? given.flat() : [];
      const counts = argument.shape !== 'number' && ['number', 'day'].includes(argument.kind.content);
      if (!(refusal instanceof Refusal) || !counts || cells.length < 2 || !isText(cells[0]) ||
        isNothing(cells[0])) throw refusal;
      const got = 'got ' + quoted(cells[0]);
      if (![got, got + ' at 1'].some((end) => refusal.text.endsWith(end))) throw refusal;
      throw wrong(refusal.text.slice(refusal.text.indexOf(' ') + 1) + HEADER);
    }
  }

  /** One value, a column as a list, or a table as rows, each element looked at. */
  function plainly(argument, given) {
    const { name, kind, shape } = argument;
    const single = shape === 'number';
    if (single && isRange(given)) {
      throw wrong(name + ' must be one ' + kind.content + ', got a range of ' + given.flat().length);
    }
    const flat = isRange(given) ? given.flat() : [given];
    if (kind.content === 'day') {
      const days = flat.map((cell, i) => isoDay(name, cell, i));
      return single ? days[0] : days;
    }
    if (kind.content === 'id') {
      const where = flat.findIndex(isNothing);
      if (where >= 0) throw wrong(name + ' must be given, got nothing at ' + (where + 1));
      return flat;
    }
    if (kind.content === 'text') {
      const labels = flat.map((cell) => (isNothing(cell) ? null : label(cell)));
      return single ? labels[0] : labels;
    }
    if (single) {
      const value = numberOf(argument, given);
      if (!accepts(kind, value)) throw refused(argument, value);
      return value;
    }
    flat.forEach((cell) => isNothing(cell) || numberOf(argument, cell));
    if (shape === 'table' && given === null) {
      throw wrong(name + ' must be a table of rows and columns');
    }
    flat.forEach((cell, i) => {
      if (isNothing(cell)) throw wrong(name + ' must be numbers, got nothing at ' + (i + 1));
      if (!accepts(kind, cell)) throw refused(argument, cell, i);
    });
    if (shape === 'table') return isRange(given) ? given : [[given]];
    return flat;
  }

  /** A label as text. */
  function label(value) {
    if (isText(value)) return stripped(value);
    if (isNumber(value)) return Number.isInteger(value) ? wholeText(value) : floatText(value);
    return isDate(value) ? dayText(dayOfDate(value)) : quoted(value);
  }

  /** The answer of a range formula as rows; an element that is undefined is NaN. */
  function spilled(name, result) {
    if (!isRange(result)) {
      if (isNumber(result) && !Number.isFinite(result)) {
        throw outside('the result of ' + name + ' is too large for a number');
      }
      return result;
    }
    return result.map((row) => (isRange(row) ? row : [row]).map((cell) =>
      (isNumber(cell) && !Number.isFinite(cell) ? NaN : cell)));
  }

  // ------------------------------------------------------- formulas of numbers: arithmetic

  const NUMBERS = {
    annual_value: (frequency, order_value) => frequency * order_value,
    clv: (frequency, order_value, duration, margin) =>
      frequency * order_value * duration * margin,
    flow_value: (customers, clv_from, clv_to) => customers * (clv_to - clv_from),
    growth_rate: (before, after) => over(after, before) - 1,
    retention: (opening, retained) => over(retained, opening),
    customer_duration: (retention) => over(1, 1 - retention),
    churn: (opening, lost) => over(lost, opening),
    retention_from_duration: (duration) => 1 - over(1, duration),
    net_duration: (opening, continued, reactivated) =>
      over(1, 1 - over(continued + reactivated, opening)),
    reactivation_rate: (reactivated, former) => over(reactivated, former),
    closing_customers: (opening, new_, reactivated, lost) => opening + new_ + reactivated - lost,
    retention_gain: (annual_value, retention, lift, customers) =>
      annual_value * customers * (over(1, 1 - (retention + lift)) - over(1, 1 - retention)),
    retention_profit: (annual_value, retention, lift, customers, margin) =>
      annual_value * margin * customers * (over(1, 1 - (retention + lift)) - over(1, 1 - retention)),
    retention_gain_rate: (retention, lift) => over(1 - retention, 1 - (retention + lift)) - 1,
    net_revenue_retention: (opening_revenue, expansion, contraction, lost_revenue) =>
      over(opening_revenue + expansion - contraction - lost_revenue, opening_revenue),
    keep_vs_acquire: (cost_to_keep, cost_to_acquire, kept, acquired) =>
      over(over(cost_to_acquire, acquired), over(cost_to_keep, kept)),
    subscriber_to_customer: (subscribers, converted) => over(converted, subscribers),
    repeat_purchase_rate: (customers, repeaters) => over(repeaters, customers),
    total_reach: (reached, contacts) => over(reached, contacts),
    average_order_value: (revenue, orders) => over(revenue, orders),
    purchase_frequency: (orders, customers) => over(orders, customers),
    conversion_rate: (visitors, converted) => over(converted, visitors),
    response_rate: (responses, sent) => over(responses, sent),
    campaign_roi: (extra_revenue, cost) => over(extra_revenue - cost, cost),
    romi: (value_before, value_after, investment) =>
      over(value_after - value_before - investment, investment),
    share_of_wallet: (own_spend, total_spend) => over(own_spend, total_spend),
    nps: (promoters, passives, detractors) =>
      over(promoters - detractors, promoters + passives + detractors),
    acquisition_cost: (cost, new_customers) => over(cost, new_customers),
    clv_to_cac: (clv, cac) => over(clv, cac),
    payback_years: (cac, annual_value, margin) => over(cac, annual_value * margin),
    payback_months: (cac, annual_value, margin) => over(12 * cac, annual_value * margin),
    expected_value: (p, q, gamma, repeats, mean_value) =>
      over(p * (gamma + repeats * mean_value), p * repeats + q - 1),
  };

  // ------------------------------------------------------- formulas of numbers: beyond arithmetic

  /** Σ kept^t. The numerator by expm1, or it loses its digits where the ratio is close to 1. */
  NUMBERS.clv_discounted = (annualValue, retention, discountRate, years) => {
    const kept = over(retention, 1 + discountRate);
    if (years === null) {
      if (kept > 1) {
        throw outside('retention must be at most 1 + discount_rate where years are not given');
      }
      return annualValue * over(1, 1 - kept);
    }
    if (kept === 0 || kept === 1) return annualValue * (kept ? years : 1);
    return annualValue * (-Math.expm1(years * Math.log(kept)) / (1 - kept));
  };

  /** How many standard errors a lift must be to be found so often. */
  const powerReach = (level, power) => normalQuantile((1 + level) / 2) + normalQuantile(power);

  NUMBERS.sample_size = (rate, lift, share, level, power) => Math.ceil(
    powerReach(level, power) ** 2 * rate * (1 - rate) / (share * (1 - share) * lift ** 2));

  NUMBERS.detectable_lift = (rate, treated, control, level, power) => {
    const found = powerReach(level, power) *
      Math.sqrt(rate * (1 - rate) * (1 / treated + 1 / control));
    if (rate + found < 1) return found;
    throw notEnough('the groups are too small: no lift up to a share of 1 would be found');
  };

  // ------------------------------------------------------- sizes of ranges, before their numbers

  const SIZES = {
    clv_bridge: (before, after) => {
      [['before', before], ['after', after]].forEach(([name, column]) => {
        if (column.length !== DRIVERS.length) {
          throw wrong(name + ' must be 4 numbers (' + DRIVERS.join(', ') + '), got ' + column.length);
        }
      });
    },

    project_portfolio: (customers, rates) => {
      const tiers = customers.length;
      if (rates[0].length !== tiers && rates[0].length !== tiers + 1) {
        throw wrong('rates must have ' + tiers + ' or ' + (tiers + 1) + ' columns, got ' +
          rates[0].length);
      }
    },

    portfolio_bridge: (customers, before, now) => {
      const tiers = now.length;
      if (customers.length !== tiers + 2 || customers[0].length !== tiers + 1) {
        throw wrong('customers must be a table of ' + (tiers + 2) + ' rows and ' + (tiers + 1) +
          ' columns, got ' + customers.length + '×' + customers[0].length);
      }
    },

    customer_development: (outcome, former) => {
      threeByThree('outcome', outcome);
      threeByThree('former', former);
    },

    migration_table: (customers, names) => {
      const [rows, columns] = [names.length + 2, names.length + 1];
      if (customers.length !== rows || customers[0].length !== columns) {
        throw wrong('customers must be a table of ' + rows + ' rows and ' + columns +
          ' columns, got ' + customers.length + '×' + customers[0].length);
      }
    },

    flow_table: (customers, orders, revenue, names) => {
      const tiers = names.length;
      const fits = (name, table, columns) => {
        if (table.length !== tiers + 2 || !columns.includes(table[0].length)) {
          throw wrong(name + ' must be a table of ' + (tiers + 2) + ' rows and ' +
            columns[columns.length - 1] + ' columns, got ' + table.length + '×' + table[0].length);
        }
      };
      fits('customers', customers, [tiers + 1]);
      fits('orders', orders, [tiers, tiers + 1]);
      fits('revenue', revenue, [tiers + 1]);
    },

    budget: (outcome, opening, growth, reactivation, simulation) =>
      budgetSizes(outcome, growth, simulation),

    required_factor: (outcome, opening, growth, reactivation, target, lever, simulation) =>
      budgetSizes(outcome, growth, simulation),
  };

  function threeByThree(name, table) {
    if (table.length !== 3 || table[0].length !== 3) {
      throw wrong(name + ' must be a table of 3 rows and 3 columns, got ' + table.length + '×' +
        table[0].length);
    }
  }

  function budgetSizes(outcome, growth, simulation) {
    threeByThree('outcome', outcome);
    if (growth.length !== 7 && growth.length !== 9) {
      throw wrong('growth must be 7 factors or a table of 3 × 3, got ' + growth.length);
    }
    if (simulation !== null && simulation.length !== LEVERS.length) {
      throw wrong('simulation must be ' + LEVERS.length + ' factors, got ' + simulation.length);
    }
  }

  const aliveOdds = (shape, alpha, a, b, repeats, last, age) => {
    const kept = Math.pow((alpha + last) / (alpha + age), shape + repeats);
    return kept / (kept + a / (b + repeats));
  };

  NUMBERS.p_alive = aliveOdds;

  NUMBERS.p_buys = (shape, alpha, a, b, repeats, last, age, period) =>
    aliveOdds(shape, alpha, a, b, repeats, last, age) *
    (1 - Math.pow((alpha + age) / (alpha + age + period), shape + repeats));

  /** A sum of positive terms, in which nothing cancels. */
  NUMBERS.expected_orders = (shape, alpha, a, b, repeats, last, age, period) => {
    if (period === 0) return 0;
    const scale = alpha + age;
    const [rate, share] = [shape + repeats, period / (scale + period)];
    const mean = rate * period / scale;
    const terms = mean + 12 * Math.sqrt(mean * (1 + period / scale)) + 40 * (1 + period / scale);
    if (!(terms <= 100000)) throw outside('more than 100,000 orders can\'t be summed');
    const stays = b + 1 + repeats;
    let [exactly, there, sum] = [rate * Math.log1p(-share), 1, 0];
    let atLeast = -Math.expm1(exactly);
    for (let n = 0; n < Math.ceil(terms); n++) {
      sum += atLeast * there;
      exactly += Math.log((rate + n) / (n + 1) * share);
      atLeast = Math.max(atLeast - Math.exp(exactly), 0);
      there *= (stays + n) / (a + stays + n);
    }
    return aliveOdds(shape, alpha, a, b, repeats, last, age) * sum;
  };

  // ------------------------------------------------------- formulas of ranges

  const RANGES = {
    portfolio_value: (clv, customers) => total(clv.map((worth, i) => worth * customers[i])),

    clv_index: (clv, base) => {
      const divisor = base === null ? clv[clv.length - 1] : base;
      if (divisor === 0) throw undefinedFor('base must not be 0, got 0');
      return clv.map((worth) => worth / divisor);
    },

    clv_bridge: (before, after) => {
      const change = after.map((value, i) => value - before[i]);
      // The other three drivers, so far on their way from before to after.
      const others = (own, share) =>
        before.reduce((product, start, i) => product * (i === own ? 1 : start + share * change[i]), 1);
      return change.map((by, i) => by * (others(i, 0) + 4 * others(i, 0.5) + others(i, 1)) / 6);
    },

    wilson: (successes, all, level) => {
      atMost(successes, all, 'successes', 'total');
      return successes.map((hits, i) => wilsonEnds(hits, all[i], level));
    },

    rate_difference: (successes, all, others, ofOthers, level) => {
      atMost(successes, all, 'successes', 'total');
      atMost(others, ofOthers, 'other_successes', 'other_total');
      return successes.map((hits, i) => {
        if (!all[i] || !ofOthers[i]) return [NaN, NaN, NaN];
        const [one, other] = [hits / all[i], others[i] / ofOthers[i]];
        const [low, high] = wilsonEnds(hits, all[i], level);
        const [least, most] = wilsonEnds(others[i], ofOthers[i], level);
        return [one - other, one - other - Math.sqrt((one - low) ** 2 + (most - other) ** 2),
          one - other + Math.sqrt((high - one) ** 2 + (other - least) ** 2)];
      });
    },

    retention_interval: (opening, retained, level) => {
      atMost(retained, opening, 'retained', 'opening');
      return opening.map((all, i) => retentionEnds(all, retained[i], level));
    },

    clv_interval: (annualValue, opening, retained, level) => {
      atMost(retained, opening, 'retained', 'opening');
      return annualValue.map((worth, i) => {
        const [low, high] = retentionEnds(opening[i], retained[i], level);
        const ends = [low, high].map((kept) => worth / (1 - kept)).map((end) =>
          (Number.isFinite(end) ? end : NaN));
        return worth < 0 ? ends.reverse() : ends;
      });
    },

    keep_or_acquire: (cost, annualValue, retention, margin) => cost.map((paid, i) => {
      const [years, each] = [1 / (1 - retention[i]), annualValue[i] * margin];
      const brings = annualValue[i] * years * margin;
      return [years, brings, brings - paid, brings / paid, paid / each].map((cell) =>
        (Number.isFinite(cell) ? cell : NaN));
    }),

    lift: (buyers, treated, controlBuyers, control) => {
      const { one, other } = mixed(buyers, treated, controlBuyers, control);
      return one - other;
    },

    lift_interval: (buyers, treated, controlBuyers, control, level) => {
      const { one, other, many, few } = mixed(buyers, treated, controlBuyers, control);
      const [low, high] = wilsonEnds(one * many, many, level);
      const [least, most] = wilsonEnds(other * few, few, level);
      return [[one - other - Math.sqrt((one - low) ** 2 + (most - other) ** 2),
        one - other + Math.sqrt((high - one) ** 2 + (other - least) ** 2)]];
    },

    tier: (revenue, shares, names) => {
      distinct(names);
      if (names.length !== shares.length) {
        throw wrong('names must be as many as shares (' + shares.length + '), got ' + names.length);
      }
      const sum = total(shares);
      if (!(Math.abs(sum - 1) <= ROUNDING)) {
        throw outside('shares must add up to 1, got ' + general(sum, 6));
      }
      const tiers = Array(revenue.length);
      const ranked = ranks(tierSizes(revenue.length, shares));
      upTo(revenue.length).sort((a, b) => revenue[b] - revenue[a] || a - b)
        .forEach((customer, rank) => { tiers[customer] = names[ranked[rank]]; });
      return tiers;
    },

    migration: (before, now, names) => {
      distinct(names);
      if (names.includes(LOST)) {
        throw wrong('names must not contain ' + quoted(LOST) + ': it is the last column');
      }
      const place = new Map(names.map((name, i) => [name, i]));
      const counts = names.map(() => Array(names.length + 1).fill(0));
      before.forEach((from, i) => {
        if (!place.has(from)) return;
        counts[place.get(from)][place.has(now[i]) ? place.get(now[i]) : names.length] += 1;
      });
      return [['', ...names, LOST], ...counts.map((row, i) => [names[i], ...row])];
    },

    migration_rates: (counts) => counts.map((row) => row.map((count) => count / total(row))),

    project_portfolio: (customers, rates, inflow, years) => {
      const most = Math.max(...rates.map(total));
      if (most > 1 + ROUNDING) {
        throw outside('a row of rates must add up to at most 1, got ' + general(most, 6));
      }
      const table = [customers];
      for (let year = 0; year < years; year += 1) {
        const last = table[year];
        table.push(inflow.map((come, j) =>
          total(last.map((count, i) => count * rates[i][j])) + come));
      }
      return table;
    },

    portfolio_bridge: (customers, before, now, valuedAt) => {
      const tiers = now.length;
      const worth = before.map((old, i) => old + valuedAt * (now[i] - old));
      const moves = customers.slice(0, tiers);
      const were = moves.map(total);
      const are = now.map((_, j) => total(customers.map((row) => row[j])));
      const valued = (counts, values) => total(values.map((value, i) => counts[i] * value));
      const moved = (wanted) => total(moves.map((row, i) =>
        total(worth.map((value, j) => (wanted(i, j) ? row[j] * (value - worth[i]) : 0)))));
      return [
        valued(were, before), valued(customers[tiers + 1], worth), valued(customers[tiers], worth),
        moved((i, j) => j < i), moved((i, j) => j > i),
        -valued(moves.map((row) => row[tiers]), worth),
        total(now.map((value, i) =>
          (value - before[i]) * (were[i] * valuedAt + are[i] * (1 - valuedAt)))),
        valued(are, now),
      ];
    },

    migration_table: (customers, names, language) => {
      distinct(names);
      const words = languageOf(language);
      [LOST, ...OUTSIDE, 'customers'].forEach((taken) => {
        if (names.includes(taken)) {
          throw wrong('names must not contain ' + quoted(taken) + ': it has a row or column');
        }
      });
      const stayed = customers.slice(0, names.length);
      const moved = customers.map((row) => row.slice(0, -1));
      const sums = (table) => names.map((_, j) => total(table.map((row) => row[j])));
      const gone = total(stayed.map((row) => row[names.length]));
      const [kept, into] = [sums(stayed), sums(moved)];
      return [
        ['', ...names, LOST, 'customers'],
        ...names.map((name, i) => [name, ...stayed[i], total(stayed[i])]),
        [ALL_RETAINED[words], ...kept, '', total(kept)],
        ...OUTSIDE.map((name, i) => {
          const row = moved[names.length + i];
          return [FLOW_NAMES[name][words], ...row, '', total(row)];
        }),
        [ALL_CUSTOMERS[words], ...into, gone, total(into) + gone],
      ];
    },

    flow_table: (customers, orders, revenue, names, language) => {
      distinct(names);
      const words = languageOf(language);
      [LOST, ...OUTSIDE].forEach((taken) => {
        if (names.includes(taken)) {
          throw wrong('names must not contain ' + quoted(taken) + ': it has a row or column');
        }
      });
      const origins = [...names, ...OUTSIDE];
      const kind = (from, to) => {
        const by = names.indexOf(from) - names.indexOf(to);
        if (!names.includes(from)) return from;
        return by > 0 ? 'upgrade' : by < 0 ? 'downgrade' : 'stayed';
      };
      const row = (named, from, to, cells) => [named, from, to, cells[0],
        to === LOST ? '' : cells[1], cells[2], ratio(cells[2], cells[0])];
      const added = (one, other) => one.map((cell, k) => cell + other[k]);
      const rows = [];
      let active = [0, 0, 0];
      [...names, LOST].forEach((to, j) => {
        let whole = [0, 0, 0];
        (to === LOST ? names : origins).forEach((from, i) => {
          const cells = [customers[i][j], to === LOST ? 0 : orders[i][j], revenue[i][j]];
          const named = FLOW_NAMES[to === LOST ? LOST : kind(from, to)][words];
          rows.push(row(named.replace('{}', () => from), from, to, cells));
          whole = added(whole, cells);
        });
        rows.push(row(to === LOST ? ALL_LOST[words] : to, '', to, whole));
        if (to !== LOST) active = added(active, whole);
      });
      rows.push(row(ALL_ACTIVE[words], '', '', active));
      return [FLOW_COLUMNS, ...rows];
    },

    f_ladder: (orderCounts, maxF) => {
      const most = orderCounts.reduce((largest, count) => Math.max(largest, count), 0);
      const steps = maxF === null ? Math.min(most, LONGEST_LADDER) : maxF;
      if (steps < 1) throw notEnough('order_counts must have at least one order');
      const ladder = Array(steps + 1).fill(0);
      orderCounts.forEach((count) => { ladder[Math.min(count, steps)] += 1; });
      for (let k = steps; k > 0; k -= 1) ladder[k - 1] += ladder[k];
      return ladder.slice(1);
    },

    step_rates: (ladder) => {
      if (ladder.length < 2) {
        throw notEnough('ladder must have at least 2 steps, got ' + ladder.length);
      }
      const rise = ladder.findIndex((count, i) => i > 0 && count > ladder[i - 1]);
      if (rise > 0) {
        throw outside('ladder must not rise, got ' + general(ladder[rise], 6) + ' after ' +
          general(ladder[rise - 1], 6) + ' at ' + (rise + 1));
      }
      return ladder.slice(1).map((above, i) => above / ladder[i]);
    },

    extra_orders: (rates, customers) => customers * reached(rates),

    tipping_point: (rates, threshold) => {
      const step = rates.findIndex((rate) => rate >= threshold);
      if (step < 0) throw notEnough('no step reaches the threshold ' + general(threshold, 6));
      return step + 1;
    },

    step_gain: (rates, goals, customers) => rates.map((rate, k) => {
      const atGoal = rates.map((own, i) => (i === k ? Math.max(own, goals[k]) : own));
      return customers * (reached(atGoal) - reached(rates));
    }),

    customer_development: (outcome, former) => {
      const lines = (table) => [...table, [0, 1, 2].map((j) => total(table.map((row) => row[j])))]
        .map(([customers, revenue, orders]) => [customers, revenue, orders,
          ratio(revenue, orders), ratio(orders, customers), ratio(revenue, customers)]);
      const before = lines(former);
      return [['', ...BUDGET_COLUMNS], ...lines(outcome).map((row, i) => [
        [...SEGMENTS, 'total'][i],
        ...row.map((cell, k) => ratio(cell, before[i][k]))
          .map((cell) => (Number.isFinite(cell) ? cell : NaN)),
      ])];
    },

    budget: (outcome, opening, growth, reactivation, simulation) => {
      const levers = simulation === null ? LEVERS.map(() => 1) : simulation.slice();
      const plan = budgeted(outcome, opening, growth, reactivation, levers);
      const lines = SEGMENTS.map((_, i) => [plan.customers[i], plan.revenue[i], plan.orders[i]]);
      lines.push([0, 1, 2].map((j) => total(lines.map((line) => line[j]))));
      return [['', ...BUDGET_COLUMNS], ...lines.map(([customers, revenue, orders], i) => [
        [...SEGMENTS, 'total'][i],
        ...[customers, revenue, orders, ratio(revenue, orders), ratio(orders, customers),
          ratio(revenue, customers)].map((cell) => (Number.isFinite(cell) ? cell : NaN)),
      ])];
    },

    required_factor: (outcome, opening, growth, reactivation, target, lever, simulation) => {
      const levers = simulation === null ? LEVERS.map(() => 1) : simulation.slice();
      const chosen = chosenLevers(lever);
      chosen.forEach((i) => { levers[i] = 1; });
      const plan = budgeted(outcome, opening, growth, reactivation, levers);
      const powers = SEGMENTS.map((_, s) => chosen.filter((i) => SEGMENT_OF_LEVER[i] === s).length);
      const factor = solved(plan.revenue, powers, target);
      plan.shares.forEach((share, i) => {
        const place = LEVERS.indexOf('retention') + i;
        if (chosen.includes(place) && factor * share > 1 + ROUNDING) {
          throw notEnough('no factor reaches ' + general(target, 6) + ': ' + LEVERS[place] + ' ' +
            general(share, 4) + ' × ' + general(factor, 4) + ' exceeds 1');
        }
      });
      return factor;
    },

    time_between_purchases: (customers, dates) => {
      const gaps = [];
      byCustomer(customers, dates).forEach(({ days }) => {
        const sorted = Array.from(days.keys()).sort((a, b) => a - b);
        sorted.slice(1).forEach((day, i) => gaps.push(day - sorted[i]));
      });
      if (!gaps.length) throw notEnough('nobody has bought on two days');
      return median(gaps);
    },

    pareto_share: (revenue, top) => {
      const sum = total(revenue);
      if (sum === 0) throw undefinedFor('revenue adds up to 0');
      if (sum < 0) throw outside('revenue must add up to more than 0, got ' + general(sum, 6));
      const highest = revenue.slice().sort((a, b) => b - a);
      return total(highest.slice(0, roundHalfUp(top, revenue.length))) / sum;
    },

    rfm_segment: (recency, frequency, monetary, language) => {
      const swedish = LANGS[languageOf(language)] === 'sv';
      return recency.map((score, i) => {
        const named = RFM_SEGMENTS[score - 1][Math.floor((frequency[i] + monetary[i] + 1) / 2) - 1];
        return swedish ? RFM_WORDS[named] : named;
      });
    },

    rfm: (customers, dates, amounts, asOf) => {
      const units = amounts.map((amount) => {
        const whole = Math.floor(Math.abs(amount) * UNITS + 0.5);
        if (whole >= 2 ** 53) throw outside('amounts must be below ' + general(2 ** 53 / UNITS, 6));
        return amount < 0 ? -whole : whole;
      });
      const end = asOf === null ? dates.reduce((newest, day) => Math.max(newest, day)) : asOf;
      const buyers = byCustomer(customers, dates, units, end).filter((one) => one.first !== null);
      if (!buyers.length) throw notEnough('nobody has bought');
      buyers.sort((a, b) => a.first - b.first);
      buyers.forEach((one) => {
        const bought = Array.from(one.days).filter(([, amount]) => amount > 0).map(([day]) => day);
        one.recency = end - bought.reduce((newest, day) => Math.max(newest, day));
        one.frequency = bought.length;
        one.monetary = total(Array.from(one.days.values()));
      });
      const scores = [(one) => -one.recency, (one) => one.frequency, (one) => one.monetary]
        .map((worth) => quintiles(buyers.map(worth)));
      return [
        ['customer', 'recency', 'frequency', 'monetary', 'r', 'f', 'm'],
        ...buyers.map((one, i) => [
          one.customer, one.recency, one.frequency, one.monetary / UNITS, ...scores.map((s) => s[i]),
        ]),
      ];
    },
  };

  function atMost(parts, wholes, part, whole) {
    if (parts.some((value, i) => value > wholes[i])) throw outside(part + ' must be at most ' + whole);
  }

  /** The shares of buyers in both groups in the mix of the treated, and their effective sizes. */
  function mixed(buyers, treated, controlBuyers, control) {
    atMost(buyers, treated, 'buyers', 'treated');
    atMost(controlBuyers, control, 'control_buyers', 'control');
    const strata = upTo(treated.length).filter((i) => treated[i] && control[i]);
    if (!strata.length) {
      throw notEnough('no stratum has both treated and control: nothing can be compared');
    }
    const sum = total(strata.map((i) => treated[i]));
    const effective = (hits, sizes) => {
      const near = strata.map((i) => (hits[i] + 0.5) / (sizes[i] + 1));
      const weights = strata.map((i) => treated[i] / sum);
      const share = total(near.map((p, k) => weights[k] * p));
      return share * (1 - share) / total(near.map((p, k) =>
        weights[k] * weights[k] * p * (1 - p) / sizes[strata[k]]));
    };
    return {
      one: total(strata.map((i) => buyers[i])) / sum,
      other: total(strata.map((i) => treated[i] * (controlBuyers[i] / control[i]))) / sum,
      many: effective(buyers, treated),
      few: effective(controlBuyers, control),
    };
  }

  /** The ends of Wilson's score interval of a rate. */
  function wilsonEnds(hits, all, level) {
    if (!all) return [NaN, NaN];
    const z = normalQuantile((1 + level) / 2);
    const rate = hits / all;
    const middle = rate + z * z / (2 * all);
    const half = z * Math.sqrt(rate * (1 - rate) / all + z * z / (4 * all * all));
    const scale = 1 + z * z / all;
    return [hits ? (middle - half) / scale : 0, hits < all ? (middle + half) / scale : 1];
  }

  /** Those of retention: one-sided where nobody was lost. */
  function retentionEnds(all, kept, level) {
    return all && kept === all ? [(1 - level) ** (1 / all), 1] : wilsonEnds(kept, all, level);
  }

  /** The standard normal quantile of a probability of at least a half (Wichura 1988, AS 241). */
  function normalQuantile(probability) {
    const ratioOf = (over, under, x) => [over, under]
      .map((terms) => terms.reduce((sum, term) => sum * x + term)).reduce((a, b) => a / b);
    const q = probability - 0.5;
    if (q <= 0.425) {
      return q * ratioOf(
        [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
          13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
        [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
          5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1],
        0.180625 - q * q);
    }
    const r = Math.sqrt(-Math.log(1 - probability));
    return ratioOf(
      [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
        1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
        4.6303378461565452959, 1.42343711074968357734],
      [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
        0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
        2.05319162663775882187, 1],
      r - 1.6);
  }

  function distinct(names) {
    if (names.includes(null)) throw wrong('names must be given, one for each tier');
    names.forEach((name, i) => {
      if (names.indexOf(name) < i) throw wrong('names must differ, got ' + quoted(name) + ' twice');
    });
  }

  /** How many customers each tier has; tiers are served in order, so that none is negative. */
  function tierSizes(customers, shares) {
    let left = customers;
    const sizes = shares.slice(0, -1).map((share) => {
      const size = Math.min(left, roundHalfUp(share, customers));
      left -= size;
      return size;
    });
    return [...sizes, left];
  }

  /** The tier of each rank. */
  const ranks = (sizes) => sizes.flatMap((size, tier) => Array(size).fill(tier));

  /** Σ_k Π_{j≤k} rate_j */
  function reached(rates) {
    let share = 1;
    return total(rates.map((rate) => { share *= rate; return share; }));
  }

  /** The days of each customer with what was bought on them, in order of appearance. */
  function byCustomer(customers, dates, units, end) {
    const found = new Map();
    const groups = [];
    customers.forEach((customer, i) => {
      if (end !== undefined && dates[i] > end) return;
      const key = isDate(customer) ? '\0' + customer.getTime() : customer;
      if (!found.has(key)) found.set(key, { customer, days: new Map(), first: null });
      const { days } = found.get(key);
      if (!days.has(dates[i])) groups.push([found.get(key), dates[i]]);
      days.set(dates[i], (days.get(dates[i]) || 0) + (units ? units[i] : 0));
    });
    // Who has bought appears with the first day whose amounts add up to more than 0.
    groups.forEach(([one, day], place) => {
      if (one.first === null && one.days.get(day) > 0) one.first = place;
    });
    return Array.from(found.values());
  }

  /** Scores 5 to 1 by rank, the largest being best; ties share that of their first. */
  function quintiles(worth) {
    const rank = new Map();
    worth.slice().sort((a, b) => b - a).forEach((value, i) => rank.has(value) || rank.set(value, i));
    return worth.map((value) => SCORES - Math.floor(SCORES * rank.get(value) / worth.length));
  }

  // ------------------------------------------------------- the budget

  /** Undefined where there is nothing to divide by. */
  const ratio = (part, whole) => (whole === 0 ? NaN : part / whole);

  /** Nothing times an unknown value is nothing. */
  const times = (number, each) => (number === 0 ? 0 : number * each);

  function planOf(outcome) {
    return {
      customers: outcome.map((row) => row[0]),
      frequency: outcome.map(([customers, , orders]) => ratio(orders, customers)),
      orderValue: outcome.map(([, revenue, orders]) => ratio(revenue, orders)),
    };
  }

  function growthFactors(now, cells) {
    const before = planOf([cells.slice(0, 3), cells.slice(3, 6), cells.slice(6)]);
    return [
      ratio(now.customers[0], before.customers[0]),
      ...SEGMENTS.flatMap((_, i) => [
        ratio(now.frequency[i], before.frequency[i]),
        ratio(now.orderValue[i], before.orderValue[i]),
      ]),
    ];
  }

  /** The plan for next year with these nine simulation factors. */
  function budgeted(outcome, opening, given, reactivation, simulation) {
    const now = planOf(outcome);
    const growth = given.length === 9 ? growthFactors(now, given) : given;
    const continued = now.customers[1];
    if (opening === 0) throw undefinedFor('opening must not be 0, got 0');
    if (continued > opening) {
      throw outside('continued must be at most opening (' + general(opening, 6) + '), got ' +
        general(continued, 6));
    }
    const shares = [continued / opening * simulation[1], reactivation * simulation[2]];
    shares.forEach((share, i) => {
      if (share > 1 + ROUNDING) {
        throw outside(LEVERS[i + 1] + ' with its simulation must be at most 1, got ' +
          general(share, 6));
      }
    });
    const customers = [
      now.customers[0] * growth[0] * simulation[0],
      total(now.customers) * shares[0],
      (opening - continued) * shares[1],
    ];
    const by = (each, first) => each.map((value, i) =>
      value * growth[first - 2 + 2 * i] * simulation[first + 2 * i]);
    const frequency = by(now.frequency, 3);
    const orderValue = by(now.orderValue, 4);
    const orders = customers.map((count, i) => times(count, frequency[i]));
    return { customers, orders, revenue: orders.map((n, i) => times(n, orderValue[i])), shares };
  }

  /** The positions of the levers with these names, each once. */
  function chosenLevers(names) {
    const given = names.filter((name) => name)
      .map((name) => name.toLowerCase().replace(/[ -]/g, '_'));
    const unknown = Array.from(new Set(given)).filter((name) => !LEVERS.includes(name));
    if (unknown.length || !given.length) {
      const got = inShort(unknown.sort(byCodePoint).join(', ') || 'nothing');
      throw wrong('lever must be one of ' + LEVERS.join(', ') + ', got ' + got);
    }
    return upTo(LEVERS.length).filter((i) => given.includes(LEVERS[i]));
  }

  /** The factor x at which Σ revenue × x^power is the target. */
  function solved(revenue, powers, target) {
    // Nothing stays nothing, also times a power that is beyond any number.
    const raised = (part, factor, power) => (part === 0 ? 0 : part * factor ** power);
    const gap = (factor) =>
      total(revenue.map((part, i) => raised(part, factor, powers[i]))) - target;
    const fixed = gap(0);
    const slope = total(revenue.filter((_, i) => powers[i]));
    if (fixed !== fixed) {
      throw notEnough('a segment without outcome leaves the revenue undefined');
    }
    if (fixed === 0) return slope ? 0 : 1;
    let factor = Infinity;
    if (fixed < 0 && slope > 0) {
      factor = Math.max(...powers) === 1 ? -fixed / slope : root(gap);
    }
    if (factor === Infinity) {
      throw notEnough('no factor of the lever reaches ' + general(target, 6));
    }
    return factor;
  }

  /** The least number at which a rising function is no longer below 0. */
  function root(gap) {
    let [low, high] = [0, 1];
    while (gap(high) < 0) [low, high] = [high, 2 * high];
    for (;;) {
      const middle = (low + high) / 2;
      if (!(low < middle && middle < high)) return high;
      [low, high] = gap(middle) < 0 ? [middle, high] : [low, middle];
    }
  }

  // ------------------------------------------------------- calendar days, as numbers from 1970-01-01

  /** The day with this date, in a calendar that goes on in both directions. */
  function dayOf(year, month, day) {
    const y = month > 2 ? year : year - 1;
    const era = Math.floor(y / 400);
    const inEra = y - era * 400;
    const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
    const leapDays = Math.floor(inEra / 4) - Math.floor(inEra / 100);
    return era * 146097 + inEra * 365 + leapDays + inYear - 719468;
  }

  function dateOf(number) {
    const shifted = number + 719468;
    const era = Math.floor(shifted / 146097);
    const inEra = shifted - era * 146097;
    const y = Math.floor((inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36524) -
      Math.floor(inEra / 146096)) / 365);
    const inYear = inEra - (365 * y + Math.floor(y / 4) - Math.floor(y / 100));
    const m = Math.floor((5 * inYear + 2) / 153);
    const month = m < 10 ? m + 3 : m - 9;
    const year = y + era * 400 + (month <= 2 ? 1 : 0);
    return { year, month, day: inYear - Math.floor((153 * m + 2) / 5) + 1 };
  }

  const daysIn = (year, month) =>
    (month === 12 ? 31 : dayOf(year, month + 1, 1) - dayOf(year, month, 1));

  /** The day of a date, or null if there is no such date. */
  function dayOrNull(year, month, day) {
    const known = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1;
    return known && day <= daysIn(year, month) ? dayOf(year, month, day) : null;
  }

  /** The same day of the month some months later, clipped to the end of that month. */
  function addMonths(number, months) {
    const { year, month, day } = dateOf(number);
    const index = year * 12 + month - 1 + months;
    const [y, m] = [Math.floor(index / 12), (index - Math.floor(index / 12) * 12) + 1];
    return dayOf(y, m, Math.min(day, daysIn(y, m)));
  }

  function dayText(number) {
    const { year, month, day } = dateOf(number);
    const two = (part) => String(part).padStart(2, '0');
    return String(year).padStart(4, '0') + '-' + two(month) + '-' + two(day);
  }

  /** The day that a date cell shows, if the script is in the time zone of the sheet. */
  const dayOfDate = (date) => dayOf(date.getFullYear(), date.getMonth() + 1, date.getDate());

  /**
   * Refuse dates that are midnights of another time zone than the script's. Only a permission would
   * tell the zone of the sheet; but its midnights are the same hour here, or two or three of them
   * next to each other as summer time comes and goes. A date at 18:00 may be the day after or, from
   * farther away, the same one: nothing is guessed.
   */
  function keepZone(cells) {
    const hours = new Set();
    for (const cell of cells.flat(2)) {
      if (isDate(cell)) hours.add(hourOf(cell));
      if (hours.size > 3) return;
    }
    const sorted = Array.from(hours).sort((a, b) => a - b);
    const others = sorted.filter((hour) => hour > 0);
    // Within two hours, midnight or not, where the others of the day are free.
    const nearby = sorted.some((hour, i) => {
      const before = i ? sorted[i - 1] : sorted[sorted.length - 1] - 24;
      return hour - before >= 22;
    });
    if (!others.length || !nearby || others.some((hour) => hour % 0.25)) return;
    const clocks = others.map((hour) =>
      Math.floor(hour) + ':' + String(hour % 1 * 60).padStart(2, '0'));
    throw wrong('dates are at ' + clocks.join(' and ') + ' by the clock of the script, as days of ' +
      'another time zone are: set Project Settings > Time zone to that of the spreadsheet, or wrap ' +
      'the dates in ARRAYFORMULA(TO_PURE_NUMBER(...))');
  }

  /** The hour of a date, with its fraction. Where summer time begins at midnight, a day does at 1. */
  function hourOf(date) {
    const start = new Date(date.getTime());
    start.setHours(0, 0, 0, 0);
    if (start.getTime() === date.getTime()) return 0;
    const seconds = date.getSeconds() + date.getMilliseconds() / 1000;
    return date.getHours() + date.getMinutes() / 60 + seconds / 3600;
  }

  /** The day of a serial number of the 1900 date system, which has a 29 February 1900, or null. */
  function dayOfSerial(serial) {
    const whole = Math.trunc(serial);
    if (!(serial >= 1 && serial < LAST_SERIAL + 1) || whole === SERIAL_OF_NO_DAY) return null;
    return whole - SERIAL_OF_EPOCH + (whole < SERIAL_OF_NO_DAY ? 1 : 0);
  }

  const noSerial = (name, got, at) => outside(name + ' must be days from 1900-01-01 to 9999-12-31 ' +
    '(serial numbers 1 to ' + LAST_SERIAL + '), got ' + got + at);

  const DATE = /^(\d{4})(?:(-?)(\d\d)\2(\d\d)|(-?)W(\d\d)(?:\5([1-7]))?)/;
  const TIME = new RegExp(
    '^(?:\\d\\d|\\d\\d:\\d\\d|\\d{4}|(?:\\d\\d:\\d\\d:\\d\\d|\\d{6})(?:[.,]\\d+)?)' +
    '(?:Z|[-+](?:\\d\\d|\\d\\d:\\d\\d|\\d{4}|(?:\\d\\d:\\d\\d:\\d\\d|\\d{6})(?:[.,]\\d+)?))?$');

  /** The day of an ISO 8601 text such as 2026-10-31, 20261031 or 2026-W44-6, or null. */
  function isoTextDay(text) {
    const found = DATE.exec(text);
    if (!found) return null;
    const rest = text.slice(found[0].length);
    if (rest && !TIME.test(Array.from(rest).slice(1).join(''))) return null;
    if (rest && !clockExists(Array.from(rest).slice(1).join(''))) return null;
    const [, year, , month, day, , week, weekday] = found;
    if (month) return dayOrNull(Number(year), Number(month), Number(day));
    const fourth = dayOf(Number(year), 1, 4);
    // Weeks begin on Monday; day 0 was a Thursday.
    const first = fourth - (((fourth + 3) % 7) + 7) % 7;
    const next = dayOf(Number(year) + 1, 1, 4);
    const weeks = (next - (((next + 3) % 7) + 7) % 7 - first) / 7;
    if (Number(week) < 1 || Number(week) > weeks) return null;
    const number = first + (Number(week) - 1) * 7 + Number(weekday || 1) - 1;
    return number >= FIRST_DAY && number <= LAST_DAY ? number : null;
  }

  /** Whether hours, minutes and seconds are those of a clock. */
  function clockExists(time) {
    const clock = time.split(/[-+Z]/)[0].replace(/[.,].*$/, '').replace(/:/g, '');
    const parts = clock.match(/\d\d/g).map(Number);
    return parts[0] < 24 && parts.slice(1).every((part) => part < 60);
  }

  /** The day in a cell of a formula over ranges: a date, ISO 8601 text or a serial number. */
  function isoDay(name, cell, where) {
    const at = ' at ' + (where + 1);
    if (isNumber(cell)) {
      const day = dayOfSerial(cell);
      if (day === null) throw noSerial(name, general(cell, 6), at);
      return day;
    }
    const day = isDate(cell) ? dayOfDate(cell) : isText(cell) ? isoTextDay(stripped(cell)) : null;
    if (day === null) {
      throw wrong(name + ' must be dates, got ' + (isNothing(cell) ? 'nothing' : quoted(cell)) + at);
    }
    return day;
  }

  // ------------------------------------------------------- texts of an order log: dates and amounts
  //
  // A text may have two readings: 05/01/2024 has the day first or the month first, the point of
  // 1.299 marks decimals or thousands. The other rows of the column decide, never a guess.

  /** The day that a text means in a reading ('first': day first, 'second': month first), or null. */
  function readDay(text, reading) {
    for (const [pattern, groups] of CERTAIN_DAYS) {
      const found = pattern.exec(text);
      if (found) return dayOfParts(found, groups);
    }
    const found = TWO_NUMBERS.exec(text);
    if (!found) return null;
    const first = dayOfParts(found, DAY_FIRST);
    const second = dayOfParts(found, MONTH_FIRST);
    return agreed(first, second, reading);
  }

  function dayOfParts(found, groups) {
    const [year, name, day] = groups.map((group) => found[group]);
    const number = NUMBER_OF_MONTH[name.toLowerCase()] || Number(name);
    return dayOrNull(Number(year), number, Number(day));
  }

  function agreed(first, second, reading) {
    if (reading !== 'either') return reading === 'first' ? first : second;
    if (first === null || second === null) return first === null ? second : first;
    return first === second ? first : null;
  }

  /** The ten-thousandths that a text means in a reading ('first': decimal point), or null. */
  function readAmount(text, reading) {
    if (reading === 'either') {
      return agreed(readAmount(text, 'first'), readAmount(text, 'second'), reading);
    }
    const comma = reading === 'second';
    if (!comma || !text.includes('.')) {
      const plain = comma ? text.replace(/,/g, '.') : text;
      if (PLAIN.test(plain)) return tenThousandths(plain.trim());
    }
    const framed = FRAME.exec(text);
    if (!framed || !WORDS.test(text)) return null;
    // All signs and brackets, then the digits.
    let written = MARK + [1, 2, 5, 6, 7, 3, 4].map((group) => framed[group] || '').join('');
    MINUS.forEach((sign) => { written = written.split(sign).join('-'); });
    const { pattern, group, mark } = WRITTEN[reading];
    const found = pattern.exec(written);
    if (!found) return null;
    const digits = Array.from(found[1]).filter((letter) => !(SEPARATORS + group).includes(letter));
    return tenThousandths(digits.join('').split(mark).join('.'));
  }

  /** Ten-thousandths of decimals as written, halves away from zero; null beyond 64 bits. */
  function tenThousandths(text) {
    const [, sign, whole, fraction, power] = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text);
    const places = Number(power || 0) - fraction.length + 4;
    const all = (whole + fraction).replace(/^0+/, '');
    const kept = places < 0 ? all.slice(0, places) : all + (all && '0'.repeat(places));
    const dropped = places < 0 && all.length >= -places ? all[all.length + places] : '0';
    if (kept.length > 18) return null;
    const units = BigInt(kept || 0) + BigInt(dropped >= '5' ? 1 : 0);
    if (units >= BigInt(10) ** BigInt(18)) return null;
    const signed = sign === '-' ? -units : units;
    return units <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(signed) : signed;
  }

  /** How the texts of a column are meant, which their whole decides. */
  function readingOf(name, cells) {
    const read = name === 'dates' ? readDay : readAmount;
    const seen = { first: 0, second: 0, differ: 0, example: null };
    new Set(cells.filter(isText)).forEach((text) => {
      const [first, second] = [read(text, 'first'), read(text, 'second')];
      if (first === second) return;
      if (second === null) seen.first += 1;
      else if (first === null) seen.second += 1;
      else {
        seen.differ += 1;
        seen.example = seen.example || text;
      }
    });
    const both = seen.first && seen.second;
    if (!both && (seen.first || seen.second)) return seen.first ? 'first' : 'second';
    if (!seen.differ) return 'either';
    const [one, other] = SIDES[name];
    const why = both ? 'has some that can only be read ' + one + ' and others only ' + other
      : 'can be read ' + one + ' or ' + other;
    throw wrong(name + ' ' + why + ', for example ' + inQuotes(seen.example) + '; ' + REMEDIES[name]);
  }

  // ------------------------------------------------------- order rows from the cells of three ranges

  const isBlank = (cell) => cell === null || (isText(cell) && !/[^ \t\n\r\v\f]/.test(cell));

  /** A text without the blanks around it. */
  const bare = (text) => text.replace(/^[ \t\n\r\v\f]+/, '').replace(/[ \t\n\r\v\f]+$/, '');

  /** Read three ranges of equally many rows, and a day; rows that are blank in all are skipped. */
  function readRows(customers, dates, amounts, asOf) {
    const columns = { customers, dates, amounts };
    const names = Object.keys(columns);
    const listed = (given) => (isRange(given) ? given.flat() : [given]);
    names.forEach((name) => { columns[name] = listed(columns[name]); });
    const end = listed(asOf);
    passErrors([...names.map((name) => columns[name]), end]);
    const expected = columns.customers.length;
    names.forEach((name) => {
      if (columns[name].length !== expected) {
        throw wrong(name + ' must have as many rows as customers (' + expected + '), got ' +
          columns[name].length);
      }
    });
    if (end.length !== 1) throw wrong('as_of must be one day, got a range of ' + end.length);
    const places = upTo(expected).filter((i) => names.some((name) => !isBlank(columns[name][i])));
    if (!places.length) throw notEnough('every row is blank');
    names.forEach((name) => {
      const where = places.find((i) => isBlank(columns[name][i]));
      const wanted = { customers: 'given', dates: 'dates', amounts: 'numbers' }[name];
      if (where !== undefined) throw wrong(name + ' must be ' + wanted + ', got nothing' + at(where));
    });
    keepZone([columns.dates, end]);
    const [buyers, when, worth] = names.map((name) => places.map((i) => columns[name][i]));
    const dayReading = readingOf('dates', when);
    const days = remembered(when, (cell, i) => cellDay('dates', cell, at(places[i]), dayReading));
    const amountReading = readingOf('amounts', worth);
    const units = remembered(worth, (cell, i) => cellAmount(cell, at(places[i]), amountReading));
    return {
      cells: buyers,
      ids: remembered(buyers, idText),
      days,
      units,
      asOf: asOf === null ? null : lastDay(end[0], dayReading),
    };
  }

  /** What to do about a text in the first row, which may be that of headers. */
  const header = (cell, place) => (place === at(0) && isText(cell) ? HEADER : '');

  const at = (place) => ' at ' + (place + 1);

  /** Each cell read once, as texts and numbers recur; dates are objects, each its own. */
  function remembered(cells, read) {
    const known = new Map();
    return cells.map((cell, i) => {
      if (!known.has(cell)) known.set(cell, read(cell, i));
      return known.get(cell);
    });
  }

  function idText(cell) {
    if (isText(cell)) return bare(cell);
    if (isNumber(cell)) return Number.isInteger(cell) ? wholeText(cell) : floatText(cell);
    return isDate(cell) ? dayText(dayOfDate(cell)) : String(cell).toUpperCase();
  }

  function cellDay(name, cell, place, reading) {
    let day = null;
    if (isDate(cell)) day = dayOfDate(cell);
    else if (isText(cell)) day = readDay(cell, reading);
    else if (isNumber(cell)) day = numberDay(name, cell, place);
    if (day === null) {
      throw wrong(name + ' must be dates, got ' + quoted(cell) + place + header(cell, place));
    }
    return day;
  }

  /** The day of a serial number, or of a number such as 20261031. */
  function numberDay(name, number, place) {
    const day = dayOfSerial(number);
    if (day !== null) return day;
    const written = readDay(wholeText(Math.trunc(number)), 'either');
    if (written === null || !Number.isInteger(number)) throw noSerial(name, shown(number), place);
    return written;
  }

  function lastDay(cell, reading) {
    if (isBlank(cell)) throw wrong('as_of must be a date, got nothing');
    if (isText(cell) && readDay(cell, reading) === null) {
      if (readDay(cell, 'first') !== null || readDay(cell, 'second') !== null) {
        throw wrong('as_of must be a date that reads one way, got ' + inQuotes(cell) + '; ' +
          REMEDIES.dates);
      }
      throw wrong('as_of must be a date, got ' + quoted(cell));
    }
    const day = cellDay('as_of', cell, '', reading);
    if (day > LAST_AS_OF) throw outside('as_of must be a day before the year 9999');
    return day;
  }

  /** Ten-thousandths, halves away from zero. */
  function cellAmount(cell, place, reading) {
    let units = null;
    if (isText(cell)) units = readAmount(cell, reading);
    else if (isNumber(cell)) {
      if (!(Math.abs(cell) < LARGEST_AMOUNT)) {
        throw outside('amounts must be below ' + general(LARGEST_AMOUNT, 6) + ', got ' +
          general(cell, 6) + place);
      }
      const scaled = cell * UNITS;
      // Near a half the decimals as written decide, which only their digits tell.
      const sure = Math.abs(scaled) < 1e12 && Math.abs(scaled - Math.floor(scaled) - 0.5) > 0.001;
      units = sure ? Math.round(scaled) : tenThousandths(floatText(cell));
    }
    if (units === null) {
      throw wrong('amounts must be numbers, got ' + quoted(cell) + place + header(cell, place));
    }
    return units;
  }

  // ------------------------------------------------------- what is counted of an order log

  /** Currency units of ten-thousandths, which are a BigInt where a number can't hold them exactly. */
  function money(units) {
    if (isNumber(units)) return units / UNITS;
    const digits = String(units < 0 ? -units : units).padStart(5, '0');
    const written = digits.slice(0, -4) + '.' + digits.slice(-4);
    return units < 0 ? -Number(written) : Number(written);
  }

  /** The log as customers with their orders, their status and their value tiers. */
  function readLog(...ranges) {
    const log = readRows(...ranges);
    let zero = 0;
    let size = 0;
    log.units.forEach((units) => { size += Math.abs(Number(units)); });
    if (size >= 2 ** 53) {
      zero = BigInt(0);
      log.units = log.units.map(BigInt);
    }
    const asOf = lastDayOf(log);
    if (dateOf(asOf).year <= 2) {
      throw notEnough('as-of day ' + dayText(asOf) + ' is too early for two windows before it');
    }
    const s12 = addMonths(asOf, -12) + 1;
    const f12 = addMonths(asOf, -24) + 1;
    const buyers = customersOf(log, asOf, zero).filter((one) => one.orders.some(isPurchase));
    if (!buyers.length) throw notEnough('nobody has bought');
    buyers.forEach((one) => count(one, s12, f12, zero));
    place(buyers, 's12');
    place(buyers, 'f12');
    buyers.forEach((one) => { one.status = statusOf(one); });
    const first = log.days.reduce((least, day) => (day <= asOf ? Math.min(least, day) : least), asOf);
    return { buyers, asOf, zero, first, f12Months: monthsFrom(first, f12, s12) };
  }

  /** How many of the 12 months before `end` lie wholly in a history that begins on a day. */
  function monthsFrom(first, start, end) {
    if (first <= start) return 12;
    return upTo(11).filter((i) => addMonths(first, i + 1) <= end).length;
  }

  /** The log, refused where it tells too little of F12. */
  function readF12(...ranges) {
    const log = readLog(...ranges);
    if (log.f12Months < LEAST_F12_MONTHS) {
      throw notEnough('history holds ' + log.f12Months + ' of the 12 months before the last 12, ' +
        'which is too little to tell who came from where');
    }
    return log;
  }

  const isPurchase = (order) => order.amount > 0;

  /** The last day that counts: that which is given, or that of the newest order. */
  function lastDayOf(log) {
    const asOf = log.asOf === null ? newest(log.days) : log.asOf;
    if (log.days.every((day) => day > asOf)) {
      throw notEnough('no orders up to ' + dayText(asOf) + ': give a later as_of day');
    }
    return asOf;
  }

  function newest(days) {
    const [first, last] = days.reduce(([low, high], day) =>
      [Math.min(low, day), Math.max(high, day)], [days[0], days[0]]);
    if (last - first > LONGEST_HISTORY) {
      throw notEnough('the orders run from ' + dayText(first) + ' to ' + dayText(last) +
        ': give as_of with the last day that counts');
    }
    return last;
  }

  /** Customers in order of appearance; the rows of one on one day are one order. */
  function customersOf(log, asOf, zero) {
    const found = new Map();
    log.ids.forEach((id, i) => {
      if (!found.has(id)) found.set(id, { id, shown: id, rows: [] });
      const one = found.get(id);
      // An id that was a number is shown as one.
      if (isNumber(log.cells[i])) one.shown = log.cells[i];
      if (log.days[i] <= asOf) one.rows.push(i);
    });
    return Array.from(found.values(), (one) => {
      const orders = [];
      one.rows.sort((a, b) => log.days[a] - log.days[b]);
      one.rows.forEach((i) => {
        const last = orders[orders.length - 1];
        if (last && last.day === log.days[i]) last.amount += log.units[i];
        else orders.push({ day: log.days[i], amount: zero + log.units[i] });
      });
      return { id: one.id, shown: one.shown, orders };
    });
  }

  /** Add to a customer what status and tiers follow from. */
  function count(one, s12, f12, zero) {
    const bought = one.orders.filter(isPurchase);
    const inWindow = (order, from, to) => order.day >= from && order.day < to;
    const sum = (from, to) => one.orders.reduce((units, order) =>
      (inWindow(order, from, to) ? units + order.amount : units), zero);
    const before = bought.filter((order) => order.day < s12);
    one.first = bought[0].day;
    one.lastBefore = before.length ? before[before.length - 1].day : null;
    one.within = bought.slice(before.length);
    one.s12 = { active: one.within.length > 0, revenue: sum(s12, Infinity) };
    one.f12 = { active: one.lastBefore !== null && one.lastBefore >= f12, revenue: sum(f12, s12) };
  }

  /** Give the active customers of a window their value tiers: by revenue, ties by id. */
  function place(buyers, window) {
    const active = buyers.filter((one) => one[window].active).sort((a, b) => {
      const [one, other] = [a[window].revenue, b[window].revenue];
      return one === other ? byCodePoint(a.id, b.id) : one < other ? 1 : -1;
    });
    const ranked = ranks(tierSizes(active.length, TIERS.map(([, share]) => share)));
    active.forEach((one, rank) => { one[window].tier = ranked[rank]; });
  }

  function statusOf(one) {
    if (one.f12.active) return one.s12.active ? 'continued' : LOST;
    if (!one.s12.active) return 'former';
    const back = one.lastBefore !== null && one.within[0].day <= addMonths(one.lastBefore, NEW_AFTER);
    return back ? 'reactivated' : 'new';
  }

  const tierName = (window) => (window.active ? TIERS[window.tier][0] : '');

  /** Customers, orders and revenue by where they came from and where they are, in order. */
  function flowsOf({ buyers, zero }) {
    const cells = new Map();
    buyers.filter((one) => one.status !== 'former').forEach((one) => {
      const origin = one.f12.active ? one.f12.tier : TIERS.length + (one.status === 'new' ? 1 : 0);
      const target = one.s12.active ? one.s12.tier : TIERS.length;
      const key = origin * (TIERS.length + 1) + target;
      const counts = { customers: 0, orders: 0, s12: zero, f12: zero };
      if (!cells.has(key)) cells.set(key, { key, origin, target, ...counts });
      const cell = cells.get(key);
      cell.customers += 1;
      cell.orders += one.within.length;
      cell.s12 += one.s12.revenue;
      cell.f12 += one.f12.revenue;
    });
    return Array.from(cells.values()).sort((a, b) => a.key - b.key);
  }

  const sumOf = (cells, what, zero) => cells.reduce((sum, cell) => sum + cell[what], zero);

  /** What has no finite estimate is an error value in its cell. */
  const finite = (number) => (Number.isFinite(number) ? number : NaN);

  /** Median days between two purchases of a tier's customers with the later one in S12. */
  function daysBetween({ buyers }, tier) {
    const gaps = buyers.filter((one) => one.s12.active && one.s12.tier === tier).flatMap((one) => {
      const days = one.within.map((order) => order.day);
      if (one.lastBefore !== null) days.unshift(one.lastBefore);
      return days.slice(1).map((day, i) => day - days[i]);
    });
    return gaps.length ? median(gaps) : NaN;
  }

  const TABLES = {
    customer_status: (...ranges) => {
      const { buyers, f12Months } = readLog(...ranges);
      const untold = f12Months < LEAST_F12_MONTHS;
      return [
        ['customer', 'status', 'f12_tier', 's12_tier'],
        ...buyers.map((one) => [one.shown, untold ? NaN : one.status,
          untold ? NaN : tierName(one.f12), tierName(one.s12)]),
      ];
    },

    customer_flows: (...ranges) => {
      const cells = flowsOf(readF12(...ranges));
      if (!cells.length) throw notEnough('nobody has bought in the two years up to the as-of day');
      const origins = [...TIERS.map(([name]) => name), 'reactivated', 'new'];
      return [['from', 'to', 'customers', 'orders', 'revenue'], ...cells.map((cell) => {
        const lost = cell.target === TIERS.length;
        return [origins[cell.origin], lost ? LOST : TIERS[cell.target][0], cell.customers,
          lost ? '' : cell.orders, money(lost ? cell.f12 : cell.s12)];
      })];
    },

    migration_matrix: (...ranges) => {
      const counts = TIERS.map(() => Array(TIERS.length + 1).fill(0));
      flowsOf(readF12(...ranges)).forEach((cell) => {
        if (cell.origin < TIERS.length) counts[cell.origin][cell.target] = cell.customers;
      });
      return [['tier', ...TIERS.map(([name]) => name), LOST],
        ...TIERS.map(([name], i) => [name, ...counts[i]])];
    },

    portfolio: (...ranges) => {
      const log = readLog(...ranges);
      const cells = flowsOf(log);
      const rows = TIERS.map(([tier], i) => {
        const here = cells.filter((cell) => cell.target === i);
        const before = cells.filter((cell) => cell.origin === i);
        const lost = before.filter((cell) => cell.target === TIERS.length);
        const [customers, orders] = [sumOf(here, 'customers', 0), sumOf(here, 'orders', 0)];
        const revenue = money(sumOf(here, 's12', log.zero));
        const [opening, left] = [sumOf(before, 'customers', 0), sumOf(lost, 'customers', 0)];
        const retention = (opening - left) / opening;
        // Nobody lost: the duration has no finite estimate, nor has what is made of it.
        const duration = left ? 1 / (1 - retention) : NaN;
        const [frequency, value] = [orders / customers, revenue / orders];
        const clv = frequency * value * duration;
        return [tier, customers, orders, revenue, opening, left, retention, duration, frequency,
          value, frequency * value, clv, null, customers ? clv * customers : 0, daysBetween(log, i)];
      });
      const [clv, index] = [11, 12];
      const base = rows[rows.length - 1][clv];
      rows.forEach((row) => { row[index] = row[clv] / base; });
      if (log.f12Months < LEAST_F12_MONTHS) {
        const resting = [4, 5, 6, 7, clv, index, 13];
        rows.forEach((row) => { resting.forEach((place) => { row[place] = NaN; }); });
      }
      return [
        ['tier', 'customers', 'orders', 'revenue', 'f12_customers', 'lost', 'retention', 'duration',
          'orders_per_customer', 'value_per_order', 'annual_value', 'clv', 'clv_index',
          'portfolio_value', 'median_days'],
        ...rows.map(([tier, ...figures]) => [tier, ...figures.map(finite)]),
      ];
    },

    order_ladder: (...ranges) => {
      const reach = Array(STEPS + 1).fill(0);
      const gaps = upTo(STEPS + 1).map(() => []);
      readLog(...ranges).buyers.forEach((one) => {
        one.orders.filter(isPurchase).slice(0, STEPS).forEach((order, i, all) => {
          reach[i + 1] += 1;
          if (i) gaps[i].push(order.day - all[i - 1].day);
        });
      });
      const steps = reach.filter((n) => n);
      return [['f', 'customers', 'rate', 'median_days'], ...steps.map((customers, i) => {
        const last = i + 1 === steps.length;
        const onward = last ? ['', ''] : [steps[i + 1] / customers, median(gaps[i + 1])];
        return [i + 1, customers, ...onward];
      })];
    },

    ltv_at_age: (...ranges) => {
      const { buyers, asOf, zero } = readLog(...ranges);
      return [['age_months', 'customers', 'ltv'], ...LTV_AGES.map((age) => {
        let [customers, revenue] = [0, zero];
        buyers.forEach((one) => {
          const end = addMonths(one.first, age);
          if (end > asOf + 1) return;
          customers += 1;
          one.orders.forEach((order) => {
            if (order.day >= one.first && order.day < end) revenue += order.amount;
          });
        });
        return [age, customers, finite(money(revenue) / customers)];
      })];
    },

    first_year: (...ranges) => {
      const { buyers, asOf, zero, first } = readLog(...ranges);
      const periods = new Map();
      const add = (kind, key, period, one) => {
        const name = kind + key;
        const counts = { kind, key, period, customers: 0, observed: 0, orders: 0, again: 0 };
        if (!periods.has(name)) periods.set(name, { ...counts, revenue: zero });
        const sums = periods.get(name);
        sums.customers += 1;
        const end = addMonths(one.first, 12);
        if (end > asOf + 1) return;
        const within = one.orders.filter((order) => order.day >= one.first && order.day < end);
        const bought = within.filter(isPurchase).length;
        sums.observed += 1;
        sums.orders += bought;
        sums.again += bought > 1 ? 1 : 0;
        within.forEach((order) => { sums.revenue += order.amount; });
      };
      buyers.forEach((one) => {
        const month = monthOf(one.first);
        const [year, quarter] = [Math.floor(month / 12), Math.floor(month / 3)];
        add('0', year, String(year), one);
        add('1', quarter, Math.floor(quarter / 4) + '-Q' + ((quarter % 4) + 1), one);
        let back = 1;
        while (addMonths(asOf, -12 * back) >= one.first) back += 1;
        back -= 1;
        const start = addMonths(asOf, -12 * (back + 1)) + 1;
        if (back && start >= first) {
          add('2', -back, dayText(start) + '..' + dayText(addMonths(asOf, -12 * back)), one);
        }
      });
      const kinds = ['year', 'quarter', 'rolling'];
      const rows = Array.from(periods.values())
        .sort((a, b) => a.kind - b.kind || a.key - b.key);
      return [['kind', 'period', 'customers', 'observed', 'orders', 'revenue',
        'orders_per_customer', 'order_value', 'revenue_per_customer', 'repeat_share', 'clv'],
      ...rows.map((sums) => {
        const { observed, orders, again } = sums;
        const revenue = money(sums.revenue);
        const share = again / observed;
        const [frequency, value] = [orders / observed, revenue / orders];
        const figures = [observed ? orders : NaN, observed ? revenue : NaN, frequency, value,
          revenue / observed, share, frequency * value * (1 / (1 - share))];
        return [kinds[sums.kind], sums.period, sums.customers, observed, ...figures.map(finite)];
      })];
    },

    cohorts: (...ranges) => {
      const { buyers, asOf, zero } = readLog(...ranges);
      const end = monthOf(asOf);
      // The month of the as-of day is not over, unless that is its last day.
      const open = end + (monthOf(asOf + 1) > end ? 1 : 0);
      const sizes = new Map();
      const worth = new Map();
      buyers.forEach((one) => {
        const cohort = monthOf(one.first);
        if (!sizes.has(cohort)) {
          sizes.set(cohort, 0);
          worth.set(cohort, upTo(end - cohort + 1).map(() => zero));
        }
        sizes.set(cohort, sizes.get(cohort) + 1);
        one.orders.forEach((order) => {
          const age = monthOf(order.day) - cohort;
          if (age >= 0) worth.get(cohort)[age] += order.amount;
        });
      });
      const names = Array.from(sizes.keys()).sort((a, b) => a - b);
      const lines = names.map((cohort) => {
        let sum = zero;
        const soFar = worth.get(cohort).map((units) => { sum += units; return sum; });
        return [sizes.get(cohort), soFar.slice(0, Math.max(open - cohort, 0))];
      });
      const months = Math.min(end - names[0] + 1, COHORT_MONTHS + 1);
      const told = (name, all) => {
        // All cohorts are chained: what those observed spent in a month, onto what was until then.
        let chained = 0;
        return [name, total(all.map(([size]) => size)), ...upTo(months).map((m) => {
          const here = all.filter(([, soFar]) => soFar.length > m);
          if (!here.length) return '';
          const size = total(here.map(([many]) => many));
          const until = (k) => here.reduce((sum, [, soFar]) => sum + soFar[k], zero);
          const units = until(m);
          chained += money(m ? units - until(m - 1) : units) / size;
          return all.length > 1 ? chained : money(units) / size;
        })];
      };
      return [
        ['month', 'customers', ...upTo(months).map((m) => 'month ' + m)],
        told('all', lines),
        ...names.map((cohort, i) => told(monthName(cohort), [lines[i]])),
      ];
    },
  };

  /** A month as a number that counts on over years, and as it is written. */
  const monthOf = (day) => dateOf(day).year * 12 + dateOf(day).month - 1;

  const monthName = (month) =>
    String(Math.floor(month / 12)).padStart(4, '0') + '-' + String((month % 12) + 1).padStart(2, '0');

  // ------------------------------------------------------- models of customers fitted on orders

  const sumOfEach = (count, term) => total(upTo(count).map(term));

  /** ln Γ(z) of a number above 0, by Stirling's series. */
  function logGamma(z) {
    let [shift, at] = [0, z];
    while (at < 10) {
      shift += Math.log(at);
      at += 1;
    }
    const inverse = 1 / (at * at);
    const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 -
      inverse * (1 / 1188 - inverse * 691 / 360360))))) / at;
    return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  /** Σ ln(p + i) and Σ 1 / (p + i) over i < n, for each n up to a largest one. */
  function sumsOf(parameter, largest) {
    const [logs, slopes] = [[0], [0]];
    for (let i = 0; i <= largest; i += 1) {
      logs.push(logs[i] + Math.log(parameter + i));
      slopes.push(slopes[i] + 1 / (parameter + i));
    }
    return { logs, slopes };
  }

  /** ln(e^one + e^other) */
  const logOfSum = (one, other) =>
    Math.max(one, other) + Math.log1p(Math.exp(Math.min(one, other) - Math.max(one, other)));

  /** The log-likelihood of cells of [repeats, last, age, customers], and its gradient: MBG/NBD. */
  function likelihood(cells) {
    const most = cells.reduce((largest, [x]) => Math.max(largest, x), 0);
    return (logs) => {
      const [r, alpha, a, b] = logs.map(Math.exp);
      const [ofR, ofB, ofBoth] = [r, b, a + b].map((parameter) => sumsOf(parameter, most + 1));
      const gradient = [0, 0, 0, 0];
      let value = 0;
      cells.forEach(([x, last, age, n]) => {
        const [atAge, atLast] = [alpha + age, alpha + last];
        const stayed = ofB.logs[x + 1] - ofBoth.logs[x + 1] - (r + x) * Math.log(atAge);
        const left = Math.log(a) + ofB.logs[x] - ofBoth.logs[x + 1] - (r + x) * Math.log(atLast);
        const either = logOfSum(stayed, left);
        const gone = Math.exp(left - either);
        const there = 1 - gone;
        value += n * (ofR.logs[x] + r * Math.log(alpha) + either);
        gradient[0] += n * (ofR.slopes[x] + Math.log(alpha) - there * Math.log(atAge) -
          gone * Math.log(atLast));
        gradient[1] += n * (r / alpha - (r + x) * (there / atAge + gone / atLast));
        gradient[2] += n * (gone * (1 / a - ofBoth.slopes[x + 1]) - there * ofBoth.slopes[x + 1]);
        gradient[3] += n * (there * (ofB.slopes[x + 1] - ofBoth.slopes[x + 1]) +
          gone * (ofB.slopes[x] - ofBoth.slopes[x + 1]));
      });
      return [value, gradient.map((part, i) => part * Math.exp(logs[i]))];
    };
  }

  /** The log-likelihood of cells of [repeats, mean value, customers], and its gradient: gamma-gamma. */
  function valueLikelihood(cells) {
    const repeats = Array.from(new Set(cells.map(([x]) => x)));
    const density = (logs) => {
      const [p, q, gamma] = logs.map(Math.exp);
      const gammas = new Map(repeats.map((x) =>
        [x, logGamma(p * x + q) - logGamma(p * x) - logGamma(q)]));
      return total(cells.map(([x, mean, n]) => n * (gammas.get(x) + q * Math.log(gamma) +
        (p * x - 1) * Math.log(mean) + p * x * Math.log(x) -
        (p * x + q) * Math.log(gamma + mean * x))));
    };
    const step = 1e-5;
    return (logs) => [density(logs), logs.map((_, i) => {
      const moved = (by) => density(logs.map((value, k) => (k === i ? value + by : value)));
      return (moved(step) - moved(-step)) / (2 * step);
    })];
  }

  /** The eigenvalues of a small symmetric matrix, and the eigenvectors as columns (Jacobi). */
  function eigen(matrix) {
    const size = matrix.length;
    const left = matrix.map((row) => row.slice());
    const axes = upTo(size).map((i) => upTo(size).map((j) => (i === j ? 1 : 0)));
    for (let sweep = 0; sweep < 50; sweep += 1) {
      for (let i = 0; i < size; i += 1) {
        for (let j = i + 1; j < size; j += 1) {
          if (left[i][j] !== 0) rotate(left, axes, i, j);
        }
      }
    }
    return { sizes: left.map((row, i) => row[i]), axes };
  }

  function rotate(left, axes, i, j) {
    const share = (left[j][j] - left[i][i]) / (2 * left[i][j]);
    const tangent = (share < 0 ? -1 : 1) / (Math.abs(share) + Math.hypot(share, 1));
    const cosine = 1 / Math.hypot(tangent, 1);
    const sine = tangent * cosine;
    const turn = (rows) => rows.forEach((row) => {
      [row[i], row[j]] = [cosine * row[i] - sine * row[j], sine * row[i] + cosine * row[j]];
    });
    turn(left);
    upTo(left.length).forEach((k) => {
      [left[i][k], left[j][k]] =
        [cosine * left[i][k] - sine * left[j][k], sine * left[i][k] + cosine * left[j][k]];
    });
    turn(axes);
    left[i][j] = 0;
    left[j][i] = 0;
  }

  /** Climb a likelihood inside a box of logarithms of parameters: damped Newton. */
  function climbed(objective, start, low, high, tolerance) {
    const clipped = (values) => values.map((v, i) => Math.min(Math.max(v, low[i]), high[i]));
    const heldAt = (logs, slope) => logs.map((v, i) =>
      (v <= low[i] && slope[i] < 0) || (v >= high[i] && slope[i] > 0));
    const curvatureAt = (logs) => {
      const rows = logs.map((_, i) => {
        const at = (by) => objective(logs.map((v, k) => (k === i ? v + by : v)))[1];
        const [ahead, behind] = [at(1e-4), at(-1e-4)];
        return ahead.map((v, k) => (v - behind[k]) / 2e-4);
      });
      return rows.map((row, i) => row.map((v, k) => -(v + rows[k][i]) / 2));
    };
    let logs = clipped(start);
    let [value, gradient] = objective(logs);
    let damping = 1e-3;
    for (let step = 0; step < 100; step += 1) {
      const held = heldAt(logs, gradient);
      const free = upTo(logs.length).filter((i) => !held[i]);
      const steepest = free.reduce((most, i) => Math.max(most, Math.abs(gradient[i])), 0);
      if (!free.length || steepest < tolerance * Math.abs(value)) break;
      const curvature = curvatureAt(logs);
      const { sizes, axes } = eigen(free.map((i) => free.map((k) => curvature[i][k])));
      const bends = sizes.map(Math.abs);
      const along = bends.map((_, k) => sumOfEach(free.length, (i) => axes[i][k] * gradient[free[i]]));
      let higher = null;
      let there = logs;
      for (let attempt = 0; attempt < 30 && higher === null; attempt += 1) {
        const scaled = along.map((part, k) => part / (bends[k] + damping * Math.max(...bends)));
        const move = logs.map(() => 0);
        free.forEach((place, i) => {
          const by = sumOfEach(free.length, (k) => axes[i][k] * scaled[k]);
          move[place] = Math.min(Math.max(by, -1.5), 1.5);
        });
        there = clipped(logs.map((v, i) => v + move[i]));
        higher = objective(there);
        if (!(Number.isFinite(higher[0]) && higher[0] > value - 1e-13 * Math.abs(value))) {
          damping = Math.min(Math.max(damping, 1e-6) * 10, 1e8);
          higher = null;
        }
      }
      if (higher === null) break;
      const gained = higher[0] - value;
      [logs, value, gradient, damping] = [there, higher[0], higher[1], damping / 10];
      if (gained < 1e-13 * Math.abs(value)) break;
    }
    return { logs, value, held: heldAt(logs, gradient) };
  }

  /** The highest maximum that a climb from any of the starts finds. */
  function highest(objective, starts, low, high, tolerance) {
    return starts.map((start) => climbed(objective, start, low, high, tolerance))
      .reduce((best, other) => (other.value > best.value + 1e-6 ? other : best));
  }

  /** The parameters of purchases in days, and which stand on a bound. */
  function fittedPurchases(cells, start) {
    const customers = total(cells.map((cell) => cell[3]));
    const unit = total(cells.map(([, , age, n]) => n * age)) / customers || 1;
    const scaled = cells.map(([x, last, age, n]) => [x, last / unit, age / unit, n]);
    const logs = (parameters) => parameters.map(Math.log);
    const shift = [0, Math.log(unit), 0, 0];
    const starts = start ? [logs(start.parameters).map((v, i) => v - shift[i])] : STARTS.map(logs);
    const found = highest(likelihood(scaled), starts, LOWEST, HIGHEST, 1e-9);
    return { parameters: found.logs.map((v, i) => Math.exp(v + shift[i])), held: found.held };
  }

  /** The parameters of order values, and which stand on a bound. */
  function fittedValues(cells) {
    const unit = total(cells.map(([, mean, n]) => mean * n)) / total(cells.map((cell) => cell[2]));
    const scaled = cells.map(([x, mean, n]) => [x, mean / unit, n]);
    const starts = VALUE_STARTS.map((parameters) => parameters.map(Math.log));
    const found = highest(valueLikelihood(scaled), starts, LOWEST_VALUE, HIGHEST_VALUE, 1e-7);
    const [p, q, gamma] = found.logs.map(Math.exp);
    return { parameters: [p, q, gamma * unit], held: found.held };
  }

  /** How often each key is there, in the order of the numbers in them. */
  function counted(keys) {
    const times = new Map();
    keys.forEach((key) => times.set(String(key), (times.get(String(key)) || 0) + 1));
    return Array.from(times, ([key, n]) => [...key.split(',').map(Number), n])
      .sort((one, other) => one.map((v, i) => v - other[i]).find((by) => by) || 0);
  }

  /** Cells with days cut to the middle of so many; one-time buyers stay as they are. */
  function coarser(cells, days) {
    const cut = (time) => Math.floor(time / days) * days + Math.floor(days / 2);
    return counted(cells.flatMap(([x, last, age, n]) =>
      Array(n).fill(x ? [x, cut(last), cut(last) + cut(age - last)] : [x, last, age])));
  }

  TABLES.btyd_fit = (customers, dates, amounts, asOf, language) => {
    const log = readRows(customers, dates, amounts, asOf);
    const end = lastDayOf(log);
    const known = new Map();
    log.ids.forEach((id, i) => {
      if (log.days[i] > end) return;
      if (!known.has(id)) known.set(id, new Map());
      const days = known.get(id);
      days.set(log.days[i], (days.get(log.days[i]) || 0) + Number(log.units[i]));
    });
    const [histories, values] = [[], []];
    known.forEach((days) => {
      const bought = Array.from(days.keys()).filter((day) => days.get(day) > 0)
        .sort((a, b) => a - b);
      if (!bought.length) return;
      const repeats = bought.length - 1;
      histories.push([repeats, bought[repeats] - bought[0], end - bought[0]]);
      if (repeats) {
        const mean = total(bought.slice(1).map((day) => days.get(day))) / repeats;
        values.push([repeats, roundedEven(Math.log(mean) * 1000)]);
      }
    });
    if (!histories.length) throw notEnough('nobody has bought');
    const first = end - histories.reduce((oldest, [, , age]) => Math.max(oldest, age), 0);
    if (addMonths(first, FEWEST_MONTHS) > end + 1) {
      throw notEnough('history is shorter than ' + FEWEST_MONTHS + ' months');
    }
    if (values.length < FEWEST_REPEATERS) {
      throw notEnough(values.length + ' customers bought on more than one day; ' +
        FEWEST_REPEATERS + ' are needed');
    }
    const cells = counted(histories);
    const few = cells.length <= FEW_CELLS;
    const start = few ? null : fittedPurchases(coarser(cells, 56), null);
    const purchases = fittedPurchases(cells.length <= MANY_CELLS ? cells : coarser(cells, 7), start);
    const worth = fittedValues(counted(values).map(([x, logs, n]) =>
      [x, Math.exp(logs / 1000) / UNITS, n]));
    const place = languageOf(language);
    const told = (parameter, held) =>
      (parameter !== parameter ? NO_MEAN[place] : held ? ON_BOUND[place] : '');
    const hasMean = worth.parameters[1] > 1;
    const parameters = [...purchases.parameters,
      ...worth.parameters.map((value) => (hasMean ? value : NaN))];
    const held = [...purchases.held, ...worth.held];
    return [['parameter', 'value', 'note'],
      ...parameters.map((value, i) => [FIT[i], value, told(value, held[i])]),
      ['customers', histories.length, ''], ['repeaters', values.length, '']];
  };

  /** The nearest whole number; of a half the even one. */
  function roundedEven(number) {
    const down = Math.floor(number);
    const over = number - down;
    return over > 0.5 || (over === 0.5 && down % 2) ? down + 1 : down;
  }

  // ------------------------------------------------------- from the catalogue: arguments

  const KINDS = {
    frequency: { content: 'number', bounds: 'at least 0', low: 0 },
    money: { content: 'number', bounds: 'a number that is not infinite' },
    years: { content: 'number', bounds: 'at least 0', low: 0 },
    factor: { content: 'number', bounds: 'at least 0', low: 0 },
    rate: { content: 'number', bounds: 'between 0 and 1', low: 0, high: 1 },
    discount: { content: 'number', bounds: 'above -1', low: -1, above: true },
    'whole years': { content: 'number', bounds: 'a whole number of at least 1', low: 1, whole: true },
    'expected count': { content: 'number', bounds: 'at least 0', low: 0 },
    number: { content: 'number', bounds: 'a number that is not infinite' },
    driver: { content: 'number', bounds: 'at least 0', low: 0 },
    count: { content: 'number', bounds: 'a whole number of at least 0', low: 0, whole: true },
    lifetime: { content: 'number', bounds: 'at least 1', low: 1 },
    points: { content: 'number', bounds: 'between -1 and 1', low: -1, high: 1 },
    spend: { content: 'number', bounds: 'at least 0', low: 0 },
    positive: { content: 'number', bounds: 'above 0', low: 0, above: true },
    label: { content: 'text' },
    language: { content: 'text' },
    persons: { content: 'number', bounds: 'a whole number between 0 and 1e+15', low: 0, high: 999999999999999, whole: true },
    steps: { content: 'number', bounds: 'a whole number between 1 and 1000', low: 1, high: 1000, whole: true },
    orders: { content: 'number', bounds: 'a whole number of at least 0', low: 0, whole: true },
    growth: { content: 'number', bounds: 'at least 0', low: 0 },
    simulation: { content: 'number', bounds: 'at least 0', low: 0 },
    customer: { content: 'id' },
    day: { content: 'day' },
    'share of buyers': { content: 'number', bounds: 'above 0 and at most 1', low: 0, high: 1, above: true },
    lift: { content: 'number', bounds: 'above 0 and at most 1', low: 0, high: 1, above: true },
    part: { content: 'number', bounds: 'between 0.0001 and 0.9999', low: 0.0001, high: 0.9999 },
    confidence: { content: 'number', bounds: 'between 0.5 and 0.9999', low: 0.5, high: 0.9999 },
    power: { content: 'number', bounds: 'between 0.5 and 0.9999', low: 0.5, high: 0.9999 },
    group: { content: 'number', bounds: 'a whole number between 1 and 1e+15', low: 1, high: 999999999999999, whole: true },
    score: { content: 'number', bounds: 'a whole number between 1 and 5', low: 1, high: 5, whole: true },
    days: { content: 'number', bounds: 'at least 0', low: 0 },
    'above one': { content: 'number', bounds: 'above 1', low: 1, above: true },
  };

  const CATALOG = {
    annual_value: { elementwise: true, takes: [
      { name: 'frequency', kind: KINDS.frequency, shape: 'number' },
      { name: 'order_value', kind: KINDS.money, shape: 'number' },
    ] },
    clv: { elementwise: true, takes: [
      { name: 'frequency', kind: KINDS.frequency, shape: 'number' },
      { name: 'order_value', kind: KINDS.money, shape: 'number' },
      { name: 'duration', kind: KINDS.years, shape: 'number' },
      { name: 'margin', kind: KINDS.factor, shape: 'number', optional: true, otherwise: 1 },
    ] },
    clv_discounted: { elementwise: true, takes: [
      { name: 'annual_value', kind: KINDS.money, shape: 'number' },
      { name: 'retention', kind: KINDS.rate, shape: 'number' },
      { name: 'discount_rate', kind: KINDS.discount, shape: 'number' },
      { name: 'years', kind: KINDS['whole years'], shape: 'number', optional: true, otherwise: null },
    ] },
    portfolio_value: { aligned: ['clv', 'customers'], skips: ['clv', 'customers'], takes: [
      { name: 'clv', kind: KINDS.money, shape: 'column' },
      { name: 'customers', kind: KINDS['expected count'], shape: 'column' },
    ] },
    clv_index: { skips: ['clv'], rowByRow: true, takes: [
      { name: 'clv', kind: KINDS.money, shape: 'column' },
      { name: 'base', kind: KINDS.money, shape: 'number', optional: true, otherwise: null },
    ] },
    flow_value: { elementwise: true, takes: [
      { name: 'customers', kind: KINDS['expected count'], shape: 'number' },
      { name: 'clv_from', kind: KINDS.money, shape: 'number' },
      { name: 'clv_to', kind: KINDS.money, shape: 'number' },
    ] },
    growth_rate: { elementwise: true, takes: [
      { name: 'before', kind: KINDS.number, shape: 'number' },
      { name: 'after', kind: KINDS.number, shape: 'number' },
    ] },
    clv_bridge: { takes: [
      { name: 'before', kind: KINDS.driver, shape: 'column' },
      { name: 'after', kind: KINDS.driver, shape: 'column' },
    ] },
    retention: { elementwise: true, ties: [{ parts: ['retained'], high: 'opening' }], takes: [
      { name: 'opening', kind: KINDS.count, shape: 'number' },
      { name: 'retained', kind: KINDS.count, shape: 'number' },
    ] },
    customer_duration: { elementwise: true, takes: [
      { name: 'retention', kind: KINDS.rate, shape: 'number' },
    ] },
    churn: { elementwise: true, ties: [{ parts: ['lost'], high: 'opening' }], takes: [
      { name: 'opening', kind: KINDS.count, shape: 'number' },
      { name: 'lost', kind: KINDS.count, shape: 'number' },
    ] },
    retention_from_duration: { elementwise: true, takes: [
      { name: 'duration', kind: KINDS.lifetime, shape: 'number' },
    ] },
    net_duration: { elementwise: true, ties: [{ parts: ['continued', 'reactivated'], high: 'opening' }], takes: [
      { name: 'opening', kind: KINDS.count, shape: 'number' },
      { name: 'continued', kind: KINDS.count, shape: 'number' },
      { name: 'reactivated', kind: KINDS.count, shape: 'number' },
    ] },
    reactivation_rate: { elementwise: true, ties: [{ parts: ['reactivated'], high: 'former' }], takes: [
      { name: 'reactivated', kind: KINDS.count, shape: 'number' },
      { name: 'former', kind: KINDS.count, shape: 'number' },
    ] },
    closing_customers: { elementwise: true, ties: [{ parts: ['lost'], high: 'opening' }], takes: [
      { name: 'opening', kind: KINDS.count, shape: 'number' },
      { name: 'new', kind: KINDS.count, shape: 'number' },
      { name: 'reactivated', kind: KINDS.count, shape: 'number' },
      { name: 'lost', kind: KINDS.count, shape: 'number' },
    ] },
    retention_gain: { elementwise: true, ties: [{ parts: ['retention', 'lift'], low: 0, high: 1 }], takes: [
      { name: 'annual_value', kind: KINDS.money, shape: 'number' },
      { name: 'retention', kind: KINDS.rate, shape: 'number' },
      { name: 'lift', kind: KINDS.points, shape: 'number' },
      { name: 'customers', kind: KINDS['expected count'], shape: 'number' },
    ] },
    retention_profit: { elementwise: true, ties: [{ parts: ['retention', 'lift'], low: 0, high: 1 }], takes: [
      { name: 'annual_value', kind: KINDS.money, shape: 'number' },
      { name: 'retention', kind: KINDS.rate, shape: 'number' },
      { name: 'lift', kind: KINDS.points, shape: 'number' },
      { name: 'customers', kind: KINDS['expected count'], shape: 'number' },
      { name: 'margin', kind: KINDS.factor, shape: 'number' },
    ] },
    retention_gain_rate: { elementwise: true, ties: [{ parts: ['retention', 'lift'], low: 0, high: 1 }], takes: [
      { name: 'retention', kind: KINDS.rate, shape: 'number' },
      { name: 'lift', kind: KINDS.points, shape: 'number' },
    ] },
    net_revenue_retention: { elementwise: true, ties: [{ parts: ['contraction', 'lost_revenue'], high: 'opening_revenue' }], takes: [
      { name: 'opening_revenue', kind: KINDS.spend, shape: 'number' },
      { name: 'expansion', kind: KINDS.spend, shape: 'number' },
      { name: 'contraction', kind: KINDS.spend, shape: 'number' },
      { name: 'lost_revenue', kind: KINDS.spend, shape: 'number' },
    ] },
    keep_or_acquire: { aligned: ['cost', 'annual_value', 'retention'], skips: ['cost', 'annual_value', 'retention'], rowByRow: true, takes: [
      { name: 'cost', kind: KINDS.spend, shape: 'column' },
      { name: 'annual_value', kind: KINDS.spend, shape: 'column' },
      { name: 'retention', kind: KINDS.rate, shape: 'column' },
      { name: 'margin', kind: KINDS.factor, shape: 'number', optional: true, otherwise: 1 },
    ] },
    keep_vs_acquire: { elementwise: true, takes: [
      { name: 'cost_to_keep', kind: KINDS.spend, shape: 'number' },
      { name: 'cost_to_acquire', kind: KINDS.spend, shape: 'number' },
      { name: 'kept', kind: KINDS.positive, shape: 'number', optional: true, otherwise: 1 },
      { name: 'acquired', kind: KINDS.positive, shape: 'number', optional: true, otherwise: 1 },
    ] },
    tier: { skips: ['revenue'], rowByRow: true, takes: [
      { name: 'revenue', kind: KINDS.money, shape: 'column' },
      { name: 'shares', kind: KINDS.rate, shape: 'column', optional: true, otherwise: [0.05, 0.15, 0.5, 0.3] },
      { name: 'names', kind: KINDS.label, shape: 'column', optional: true, otherwise: ['super', 'top', 'mid', 'bottom'] },
    ] },
    migration: { aligned: ['from_tiers', 'to_tiers'], skips: ['from_tiers', 'to_tiers'], headed: true, takes: [
      { name: 'from_tiers', kind: KINDS.label, shape: 'column' },
      { name: 'to_tiers', kind: KINDS.label, shape: 'column' },
      { name: 'names', kind: KINDS.label, shape: 'column', optional: true, otherwise: ['super', 'top', 'mid', 'bottom'] },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    migration_rates: { takes: [
      { name: 'counts', kind: KINDS.persons, shape: 'table' },
    ] },
    migration_table: { headed: true, takes: [
      { name: 'customers', kind: KINDS.persons, shape: 'table' },
      { name: 'names', kind: KINDS.label, shape: 'column', optional: true, otherwise: ['super', 'top', 'mid', 'bottom'] },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    flow_table: { headed: true, takes: [
      { name: 'customers', kind: KINDS.persons, shape: 'table' },
      { name: 'orders', kind: KINDS.persons, shape: 'table' },
      { name: 'revenue', kind: KINDS.money, shape: 'table' },
      { name: 'names', kind: KINDS.label, shape: 'column', optional: true, otherwise: ['super', 'top', 'mid', 'bottom'] },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    portfolio_bridge: { aligned: ['clv_before', 'clv_now'], takes: [
      { name: 'customers', kind: KINDS.count, shape: 'table' },
      { name: 'clv_before', kind: KINDS.money, shape: 'column' },
      { name: 'clv_now', kind: KINDS.money, shape: 'column' },
      { name: 'valued_at', kind: KINDS.rate, shape: 'number', optional: true, otherwise: 1 },
    ] },
    project_portfolio: { aligned: ['customers', 'rates', 'inflow'], takes: [
      { name: 'customers', kind: KINDS['expected count'], shape: 'column' },
      { name: 'rates', kind: KINDS.rate, shape: 'table' },
      { name: 'inflow', kind: KINDS['expected count'], shape: 'column' },
      { name: 'years', kind: KINDS.steps, shape: 'number' },
    ] },
    f_ladder: { skips: ['order_counts'], takes: [
      { name: 'order_counts', kind: KINDS.orders, shape: 'column' },
      { name: 'max_f', kind: KINDS.steps, shape: 'number', optional: true, otherwise: null },
    ] },
    step_rates: { takes: [
      { name: 'ladder', kind: KINDS['expected count'], shape: 'column' },
    ] },
    extra_orders: { takes: [
      { name: 'rates', kind: KINDS.rate, shape: 'column' },
      { name: 'customers', kind: KINDS['expected count'], shape: 'number', optional: true, otherwise: 1000 },
    ] },
    tipping_point: { takes: [
      { name: 'rates', kind: KINDS.rate, shape: 'column' },
      { name: 'threshold', kind: KINDS.rate, shape: 'number', optional: true, otherwise: 0.5 },
    ] },
    step_gain: { aligned: ['rates', 'goals'], takes: [
      { name: 'rates', kind: KINDS.rate, shape: 'column' },
      { name: 'goals', kind: KINDS.rate, shape: 'column' },
      { name: 'customers', kind: KINDS['expected count'], shape: 'number', optional: true, otherwise: 1000 },
    ] },
    budget: { headed: true, takes: [
      { name: 'outcome', kind: KINDS['expected count'], shape: 'table' },
      { name: 'opening', kind: KINDS['expected count'], shape: 'number' },
      { name: 'growth', kind: KINDS.growth, shape: 'column' },
      { name: 'reactivation', kind: KINDS.rate, shape: 'number' },
      { name: 'simulation', kind: KINDS.simulation, shape: 'column', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    customer_development: { headed: true, takes: [
      { name: 'outcome', kind: KINDS['expected count'], shape: 'table' },
      { name: 'former', kind: KINDS['expected count'], shape: 'table' },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    required_factor: { takes: [
      { name: 'outcome', kind: KINDS['expected count'], shape: 'table' },
      { name: 'opening', kind: KINDS['expected count'], shape: 'number' },
      { name: 'growth', kind: KINDS.growth, shape: 'column' },
      { name: 'reactivation', kind: KINDS.rate, shape: 'number' },
      { name: 'target', kind: KINDS.money, shape: 'number' },
      { name: 'lever', kind: KINDS.label, shape: 'column' },
      { name: 'simulation', kind: KINDS.simulation, shape: 'column', optional: true, otherwise: null },
    ] },
    subscriber_to_customer: { elementwise: true, ties: [{ parts: ['converted'], high: 'subscribers' }], takes: [
      { name: 'subscribers', kind: KINDS.count, shape: 'number' },
      { name: 'converted', kind: KINDS.count, shape: 'number' },
    ] },
    repeat_purchase_rate: { elementwise: true, ties: [{ parts: ['repeaters'], high: 'customers' }], takes: [
      { name: 'customers', kind: KINDS.count, shape: 'number' },
      { name: 'repeaters', kind: KINDS.count, shape: 'number' },
    ] },
    total_reach: { elementwise: true, ties: [{ parts: ['reached'], high: 'contacts' }], takes: [
      { name: 'reached', kind: KINDS.count, shape: 'number' },
      { name: 'contacts', kind: KINDS.count, shape: 'number' },
    ] },
    time_between_purchases: { aligned: ['customers', 'dates'], skips: ['customers', 'dates'], takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
    ] },
    average_order_value: { elementwise: true, takes: [
      { name: 'revenue', kind: KINDS.money, shape: 'number' },
      { name: 'orders', kind: KINDS.count, shape: 'number' },
    ] },
    purchase_frequency: { elementwise: true, takes: [
      { name: 'orders', kind: KINDS.count, shape: 'number' },
      { name: 'customers', kind: KINDS.count, shape: 'number' },
    ] },
    conversion_rate: { elementwise: true, ties: [{ parts: ['converted'], high: 'visitors' }], takes: [
      { name: 'visitors', kind: KINDS.count, shape: 'number' },
      { name: 'converted', kind: KINDS.count, shape: 'number' },
    ] },
    response_rate: { elementwise: true, ties: [{ parts: ['responses'], high: 'sent' }], takes: [
      { name: 'responses', kind: KINDS.count, shape: 'number' },
      { name: 'sent', kind: KINDS.count, shape: 'number' },
    ] },
    campaign_roi: { elementwise: true, takes: [
      { name: 'extra_revenue', kind: KINDS.money, shape: 'number' },
      { name: 'cost', kind: KINDS.spend, shape: 'number' },
    ] },
    romi: { elementwise: true, takes: [
      { name: 'value_before', kind: KINDS.money, shape: 'number' },
      { name: 'value_after', kind: KINDS.money, shape: 'number' },
      { name: 'investment', kind: KINDS.spend, shape: 'number' },
    ] },
    share_of_wallet: { elementwise: true, ties: [{ parts: ['own_spend'], high: 'total_spend' }], takes: [
      { name: 'own_spend', kind: KINDS.spend, shape: 'number' },
      { name: 'total_spend', kind: KINDS.spend, shape: 'number' },
    ] },
    nps: { elementwise: true, takes: [
      { name: 'promoters', kind: KINDS.count, shape: 'number' },
      { name: 'passives', kind: KINDS.count, shape: 'number' },
      { name: 'detractors', kind: KINDS.count, shape: 'number' },
    ] },
    acquisition_cost: { elementwise: true, takes: [
      { name: 'cost', kind: KINDS.spend, shape: 'number' },
      { name: 'new_customers', kind: KINDS.count, shape: 'number' },
    ] },
    clv_to_cac: { elementwise: true, takes: [
      { name: 'clv', kind: KINDS.money, shape: 'number' },
      { name: 'cac', kind: KINDS.spend, shape: 'number' },
    ] },
    payback_years: { elementwise: true, takes: [
      { name: 'cac', kind: KINDS.spend, shape: 'number' },
      { name: 'annual_value', kind: KINDS.spend, shape: 'number' },
      { name: 'margin', kind: KINDS.factor, shape: 'number', optional: true, otherwise: 1 },
    ] },
    payback_months: { elementwise: true, takes: [
      { name: 'cac', kind: KINDS.spend, shape: 'number' },
      { name: 'annual_value', kind: KINDS.spend, shape: 'number' },
      { name: 'margin', kind: KINDS.factor, shape: 'number', optional: true, otherwise: 1 },
    ] },
    sample_size: { elementwise: true, ties: [{ parts: ['rate', 'lift'], high: 1 }], takes: [
      { name: 'rate', kind: KINDS['share of buyers'], shape: 'number' },
      { name: 'lift', kind: KINDS.lift, shape: 'number' },
      { name: 'control_share', kind: KINDS.part, shape: 'number', optional: true, otherwise: 0.5 },
      { name: 'level', kind: KINDS.confidence, shape: 'number', optional: true, otherwise: 0.9 },
      { name: 'power', kind: KINDS.power, shape: 'number', optional: true, otherwise: 0.8 },
    ] },
    detectable_lift: { elementwise: true, takes: [
      { name: 'rate', kind: KINDS['share of buyers'], shape: 'number' },
      { name: 'treated', kind: KINDS.group, shape: 'number' },
      { name: 'control', kind: KINDS.group, shape: 'number' },
      { name: 'level', kind: KINDS.confidence, shape: 'number', optional: true, otherwise: 0.9 },
      { name: 'power', kind: KINDS.power, shape: 'number', optional: true, otherwise: 0.8 },
    ] },
    lift: { aligned: ['buyers', 'treated', 'control_buyers', 'control'], skips: ['buyers', 'treated', 'control_buyers', 'control'], takes: [
      { name: 'buyers', kind: KINDS.persons, shape: 'column' },
      { name: 'treated', kind: KINDS.persons, shape: 'column' },
      { name: 'control_buyers', kind: KINDS.persons, shape: 'column' },
      { name: 'control', kind: KINDS.persons, shape: 'column' },
    ] },
    lift_interval: { aligned: ['buyers', 'treated', 'control_buyers', 'control'], skips: ['buyers', 'treated', 'control_buyers', 'control'], takes: [
      { name: 'buyers', kind: KINDS.persons, shape: 'column' },
      { name: 'treated', kind: KINDS.persons, shape: 'column' },
      { name: 'control_buyers', kind: KINDS.persons, shape: 'column' },
      { name: 'control', kind: KINDS.persons, shape: 'column' },
      { name: 'level', kind: KINDS.confidence, shape: 'number', optional: true, otherwise: 0.9 },
    ] },
    pareto_share: { skips: ['revenue'], takes: [
      { name: 'revenue', kind: KINDS.money, shape: 'column' },
      { name: 'top', kind: KINDS.rate, shape: 'number', optional: true, otherwise: 0.2 },
    ] },
    rfm: { aligned: ['customers', 'dates', 'amounts'], skips: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    rfm_segment: { aligned: ['recency_score', 'frequency_score', 'monetary_score'], skips: ['recency_score', 'frequency_score', 'monetary_score'], rowByRow: true, takes: [
      { name: 'recency_score', kind: KINDS.score, shape: 'column' },
      { name: 'frequency_score', kind: KINDS.score, shape: 'column' },
      { name: 'monetary_score', kind: KINDS.score, shape: 'column' },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    wilson: { aligned: ['successes', 'total'], skips: ['successes', 'total'], rowByRow: true, takes: [
      { name: 'successes', kind: KINDS.count, shape: 'column' },
      { name: 'total', kind: KINDS.count, shape: 'column' },
      { name: 'level', kind: KINDS.confidence, shape: 'number', optional: true, otherwise: 0.8 },
    ] },
    rate_difference: { aligned: ['successes', 'total', 'other_successes', 'other_total'], skips: ['successes', 'total', 'other_successes', 'other_total'], rowByRow: true, takes: [
      { name: 'successes', kind: KINDS.count, shape: 'column' },
      { name: 'total', kind: KINDS.count, shape: 'column' },
      { name: 'other_successes', kind: KINDS.count, shape: 'column' },
      { name: 'other_total', kind: KINDS.count, shape: 'column' },
      { name: 'level', kind: KINDS.confidence, shape: 'number', optional: true, otherwise: 0.8 },
    ] },
    retention_interval: { aligned: ['opening', 'retained'], skips: ['opening', 'retained'], rowByRow: true, takes: [
      { name: 'opening', kind: KINDS.count, shape: 'column' },
      { name: 'retained', kind: KINDS.count, shape: 'column' },
      { name: 'level', kind: KINDS.confidence, shape: 'number', optional: true, otherwise: 0.8 },
    ] },
    clv_interval: { aligned: ['annual_value', 'opening', 'retained'], skips: ['annual_value', 'opening', 'retained'], rowByRow: true, takes: [
      { name: 'annual_value', kind: KINDS.money, shape: 'column' },
      { name: 'opening', kind: KINDS.count, shape: 'column' },
      { name: 'retained', kind: KINDS.count, shape: 'column' },
      { name: 'level', kind: KINDS.confidence, shape: 'number', optional: true, otherwise: 0.8 },
    ] },
    p_alive: { elementwise: true, ties: [{ parts: ['last'], high: 'age' }], takes: [
      { name: 'shape', kind: KINDS.positive, shape: 'number' },
      { name: 'alpha', kind: KINDS.positive, shape: 'number' },
      { name: 'a', kind: KINDS.positive, shape: 'number' },
      { name: 'b', kind: KINDS.positive, shape: 'number' },
      { name: 'repeats', kind: KINDS.orders, shape: 'number' },
      { name: 'last', kind: KINDS.days, shape: 'number' },
      { name: 'age', kind: KINDS.days, shape: 'number' },
    ] },
    p_buys: { elementwise: true, ties: [{ parts: ['last'], high: 'age' }], takes: [
      { name: 'shape', kind: KINDS.positive, shape: 'number' },
      { name: 'alpha', kind: KINDS.positive, shape: 'number' },
      { name: 'a', kind: KINDS.positive, shape: 'number' },
      { name: 'b', kind: KINDS.positive, shape: 'number' },
      { name: 'repeats', kind: KINDS.orders, shape: 'number' },
      { name: 'last', kind: KINDS.days, shape: 'number' },
      { name: 'age', kind: KINDS.days, shape: 'number' },
      { name: 'period', kind: KINDS.days, shape: 'number' },
    ] },
    expected_orders: { elementwise: true, ties: [{ parts: ['last'], high: 'age' }], takes: [
      { name: 'shape', kind: KINDS.positive, shape: 'number' },
      { name: 'alpha', kind: KINDS.positive, shape: 'number' },
      { name: 'a', kind: KINDS.positive, shape: 'number' },
      { name: 'b', kind: KINDS.positive, shape: 'number' },
      { name: 'repeats', kind: KINDS.orders, shape: 'number' },
      { name: 'last', kind: KINDS.days, shape: 'number' },
      { name: 'age', kind: KINDS.days, shape: 'number' },
      { name: 'period', kind: KINDS.days, shape: 'number' },
    ] },
    expected_value: { elementwise: true, takes: [
      { name: 'p', kind: KINDS.positive, shape: 'number' },
      { name: 'q', kind: KINDS['above one'], shape: 'number' },
      { name: 'gamma', kind: KINDS.positive, shape: 'number' },
      { name: 'repeats', kind: KINDS.orders, shape: 'number' },
      { name: 'mean_value', kind: KINDS.spend, shape: 'number' },
    ] },
    customer_status: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    customer_flows: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    migration_matrix: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    portfolio: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    order_ladder: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    ltv_at_age: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    first_year: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    cohorts: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
    btyd_fit: { aligned: ['customers', 'dates', 'amounts'], headed: true, takes: [
      { name: 'customers', kind: KINDS.customer, shape: 'column' },
      { name: 'dates', kind: KINDS.day, shape: 'column' },
      { name: 'amounts', kind: KINDS.money, shape: 'column' },
      { name: 'as_of', kind: KINDS.day, shape: 'number', optional: true, otherwise: null },
      { name: 'language', kind: KINDS.language, shape: 'number', optional: true, otherwise: null },
    ] },
  };

  // ------------------------------------------------------- from the catalogue: words, bounds and rules

  const ERRORS = [
    '#CALC!', '#DIV/0!', '#ERROR!', '#N/A', '#NAME?', '#NULL!', '#NUM!', '#REF!',
    '#SPILL!', '#VALUE!',
  ];
  const THROWN = '#ERROR!';
  const LONGEST = 80;
  const DRIVERS = ['frequency', 'order_value', 'duration', 'customers'];
  const TIERS = [['super', 0.05], ['top', 0.15], ['mid', 0.5], ['bottom', 0.3]];
  const LOST = 'lost';
  const OUTSIDE = ['reactivated', 'new'];
  const FLOW_NAMES = {
    stayed: ['Continued \u2013 {}', 'Fortsatt aktiva \u2013 {}'],
    upgrade: ['Upgrade \u2013 {}', 'Uppgradering \u2013 {}'],
    downgrade: ['Downgrade \u2013 {}', 'Nedgradering \u2013 {}'],
    lost: ['Lost \u2013 {}', 'F\u00f6rlorade \u2013 {}'],
    reactivated: ['Reactivated', '\u00c5tervunna'], new: ['New', 'Nya'],
  };
  const FLOW_COLUMNS = [
    'flow', 'from', 'to', 'customers', 'orders', 'revenue',
    'revenue_per_customer',
  ];
  const ALL_LOST = ['Lost', 'F\u00f6rlorade'];
  const ALL_ACTIVE = ['Total active', 'Totalt aktiva'];
  const ALL_RETAINED = ['Total retained', 'Totalt kvar'];
  const ALL_CUSTOMERS = ['Total', 'Totalt'];
  const ROUNDING = 1e-09;
  const LONGEST_LADDER = 1000;
  const SEGMENTS = ['new', 'continued', 'reactivated'];
  const BUDGET_COLUMNS = [
    'customers', 'revenue', 'orders', 'value_per_order',
    'orders_per_customer', 'revenue_per_customer',
  ];
  const LEVERS = [
    'recruitment', 'retention', 'reactivation', 'new_frequency',
    'new_order_value', 'continued_frequency', 'continued_order_value',
    'reactivated_frequency', 'reactivated_order_value',
  ];
  const SEGMENT_OF_LEVER = [0, 1, 2, 0, 0, 1, 1, 2, 2];
  const SCORES = 5;
  const RFM_SEGMENTS = [
    ['lost', 'lost', 'at risk', 'cannot lose', 'cannot lose'],
    ['hibernating', 'hibernating', 'at risk', 'at risk', 'at risk'],
    ['about to sleep', 'about to sleep', 'need attention', 'loyal', 'loyal'],
    ['promising', 'potential loyalists', 'potential loyalists', 'loyal', 'loyal'],
    ['new', 'potential loyalists', 'potential loyalists', 'champions', 'champions'],
  ];
  const RFM_WORDS = {
    champions: 'stj\u00e4rnor', loyal: 'lojala',
    'potential loyalists': 'p\u00e5 v\u00e4g att bli lojala', new: 'nya',
    promising: 'lovande', 'need attention': 'beh\u00f6ver uppm\u00e4rksamhet',
    'about to sleep': 'p\u00e5 v\u00e4g att somna', 'at risk': 'i riskzonen',
    'cannot lose': 'f\u00e5r inte f\u00f6rloras', hibernating: 'i dvala',
    lost: 'f\u00f6rlorade',
  };
  const LANGS = ['en', 'sv'];
  const HEADERS = {
    customer: ['customer', 'kund'], status: ['status', 'status'],
    f12_tier: ['value tier F12', 'v\u00e4rdeniv\u00e5 F12'],
    s12_tier: ['value tier S12', 'v\u00e4rdeniv\u00e5 S12'],
    flow: ['flow', 'fl\u00f6de'], from: ['from', 'fr\u00e5n'],
    to: ['to', 'till'], tier: ['value tier', 'v\u00e4rdeniv\u00e5'],
    lost: ['lost', 'f\u00f6rlorade'], customers: ['customers', 'kunder'],
    orders: ['orders', 'antal k\u00f6p'],
    revenue: ['revenue', 'oms\u00e4ttning'],
    f12_customers: ['customers F12', 'kunder F12'],
    retention: ['retention', 'retention'],
    duration: ['duration in years', 'duration i \u00e5r'],
    orders_per_customer: ['orders per customer', 'k\u00f6p per kund'],
    value_per_order: ['value per order', 'int\u00e4kt per k\u00f6p'],
    revenue_per_customer: ['revenue per customer', 'int\u00e4kt per kund'],
    annual_value: ['annual value', '\u00e5rsint\u00e4kt'], clv: ['CLV', 'CLV'],
    clv_index: ['CLV index', 'CLV-index'],
    portfolio_value: ['portfolio value', 'portf\u00f6ljv\u00e4rde'],
    kind: ['kind', 'slag'],
    period: ['first order in', 'f\u00f6rsta k\u00f6p i'],
    observed: ['of them followed for a year', 'varav f\u00f6ljda ett \u00e5r'],
    order_value: ['order value', 'orderv\u00e4rde'],
    repeat_share: ['share with a repeat', 'andel med \u00e5terk\u00f6p'],
    f: ['F', 'F'], r: ['R', 'R'], m: ['M', 'M'],
    parameter: ['parameter', 'parameter'], value: ['value', 'v\u00e4rde'],
    note: ['note', 'anm\u00e4rkning'],
    rate: ['share that goes on', 'andel som g\u00e5r vidare'],
    median_days: ['median days', 'mediandagar'],
    age_months: ['age in months', '\u00e5lder i m\u00e5nader'],
    ltv: ['LTV', 'LTV'], month: ['month', 'm\u00e5nad'],
    recency: ['days since purchase', 'dagar sedan k\u00f6p'],
    frequency: ['orders', 'antal k\u00f6p'],
    monetary: ['net revenue', 'nettooms\u00e4ttning'],
    'month 0': ['month 0', 'm\u00e5nad 0'],
    'month 1': ['month 1', 'm\u00e5nad 1'],
    'month 2': ['month 2', 'm\u00e5nad 2'],
    'month 3': ['month 3', 'm\u00e5nad 3'],
    'month 4': ['month 4', 'm\u00e5nad 4'],
    'month 5': ['month 5', 'm\u00e5nad 5'],
    'month 6': ['month 6', 'm\u00e5nad 6'],
    'month 7': ['month 7', 'm\u00e5nad 7'],
    'month 8': ['month 8', 'm\u00e5nad 8'],
    'month 9': ['month 9', 'm\u00e5nad 9'],
    'month 10': ['month 10', 'm\u00e5nad 10'],
    'month 11': ['month 11', 'm\u00e5nad 11'],
    'month 12': ['month 12', 'm\u00e5nad 12'],
  };
  const COHORT_MONTHS = 12;
  const FIT = ['shape', 'alpha', 'a', 'b', 'p', 'q', 'gamma'];
  const ON_BOUND = [
    'on the bound of what is searched: the customers don\'t show it',
    'p\u00e5 gr\u00e4nsen av vad som pr\u00f6vas: kunderna visar det inte',
  ];
  const NO_MEAN = [
    'order values vary so much that they have no mean',
    'orderv\u00e4rdena varierar s\u00e5 mycket att de saknar medelv\u00e4rde',
  ];
  const FEWEST_MONTHS = 12;
  const FEWEST_REPEATERS = 100;
  const FEW_CELLS = 2000;
  const MANY_CELLS = 20000;
  const STARTS = [[1, 0.25, 1, 2.5], [0.5, 0.1, 0.3, 1.5], [0.2, 0.3, 0.8, 0.5]];
  const LOWEST = [-7, -9, -7, -7];
  const HIGHEST = [7, 9, 4.5, 7];
  const VALUE_STARTS = [[2, 3, 1], [6, 4, 0.5]];
  const LOWEST_VALUE = [-6, -6, -6];
  const HIGHEST_VALUE = [8, 8, 8];
  const UNITS = 10000;
  const LARGEST_AMOUNT = 100000000000000;
  const SIDES = {
    dates: ['day first', 'month first'],
    amounts: ['with a decimal point', 'with a decimal comma'],
  };
  const REMEDIES = {
    dates: 'enter dates, or text such as 2026-10-31',
    amounts: 'enter numbers, or text such as 1299.50',
  };
  const HEADER = '; a row of headers is left out of the ranges';
  const LAST_AS_OF = 2932531;
  const LAST_SERIAL = 2958465;
  const SERIAL_OF_NO_DAY = 60;
  const SERIAL_OF_EPOCH = 25569;
  const FIRST_DAY = -719162;
  const LAST_DAY = 2932896;
  const LONGEST_HISTORY = 36600;
  const LTV_AGES = [3, 6, 12, 24, 36];
  const LEAST_F12_MONTHS = 6;
  const NEW_AFTER = 36;
  const STEPS = 12;
  const NUMBER_OF_MONTH = {
    january: 1, januari: 1, januar: 1, janvier: 1, janv: 1, jänner: 1,
    enero: 1, ene: 1, tammikuuta: 1, tammikuu: 1, tammi: 1, jan: 1,
    february: 2, februari: 2, februar: 2, février: 2, fevrier: 2,
    févr: 2, fevr: 2, fév: 2, fev: 2, febrero: 2, febr: 2,
    helmikuuta: 2, helmikuu: 2, helmi: 2, feb: 2, march: 3, mars: 3,
    marts: 3, märz: 3, maerz: 3, maart: 3, marzo: 3, mrz: 3, mär: 3,
    mrt: 3, maaliskuuta: 3, maaliskuu: 3, maalis: 3, mar: 3, april: 4,
    avril: 4, avr: 4, abril: 4, abr: 4, huhtikuuta: 4, huhtikuu: 4,
    huhti: 4, apr: 4, may: 5, maj: 5, mai: 5, mayo: 5, mei: 5,
    toukokuuta: 5, toukokuu: 5, touko: 5, june: 6, juni: 6, juin: 6,
    junio: 6, kesäkuuta: 6, kesäkuu: 6, kesä: 6, jun: 6, july: 7,
    juli: 7, juillet: 7, juil: 7, julio: 7, heinäkuuta: 7, heinäkuu: 7,
    heinä: 7, jul: 7, august: 8, augusti: 8, augustus: 8, août: 8,
    aout: 8, agosto: 8, ago: 8, elokuuta: 8, elokuu: 8, elo: 8, aug: 8,
    september: 9, septembre: 9, septiembre: 9, setiembre: 9,
    syyskuuta: 9, syyskuu: 9, syys: 9, sept: 9, sep: 9, october: 10,
    oktober: 10, octobre: 10, octubre: 10, lokakuuta: 10, lokakuu: 10,
    loka: 10, okt: 10, oct: 10, november: 11, novembre: 11,
    noviembre: 11, marraskuuta: 11, marraskuu: 11, marras: 11, nov: 11,
    december: 12, dezember: 12, décembre: 12, decembre: 12,
    desember: 12, diciembre: 12, joulukuuta: 12, joulukuu: 12,
    joulu: 12, dez: 12, déc: 12, des: 12, dic: 12, dec: 12,
  };
  const DAY_FIRST = [3, 2, 1];
  const MONTH_FIRST = [3, 1, 2];
  const MARK = '\u0002';
  const MINUS = ['()', '\u2212', '\u2013'];
  const SEPARATORS = ' \u00a0\u2007\u2009\u202f\'\u2019';

  // ------------------------------------------------------- from the catalogue: how dates and amounts are written

  const CERTAIN_DAYS = [
    [/^[ \t\r\n\u00a0\u202f]*([0-9]{4})[-\/.]([0-9]{1,2})[-\/.]([0-9]{1,2})(?:(?:T|,? +| at |, at )[0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:[.,][0-9]{1,9})? ?(?:[ap][.]?m[.]?)?)? ?(?:Z|UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST)?(?: ?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: ?[(][A-Za-z ]{3,40}[)])?[ \t\r\n\u00a0\u202f]*\n?$/iu, [1, 2, 3]],
    [/^[ \t\r\n\u00a0\u202f]*([0-9]{4})([0-9]{2})([0-9]{2})(?:[.]0+|T?[0-9]{4,6}Z?|(?:(?:T|,? +| at |, at )[0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:[.,][0-9]{1,9})? ?(?:[ap][.]?m[.]?)?)? ?(?:Z|UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST)?(?: ?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: ?[(][A-Za-z ]{3,40}[)])?)[ \t\r\n\u00a0\u202f]*\n?$/iu, [1, 2, 3]],
    [/^[ \t\r\n\u00a0\u202f]*(?:[a-z\u00e5\u00e4\u00f6\u00e6\u00f8\u00e9\u00e1]{2,12}[.,]{0,2} )?(?:(?:den|d[.]?|le|el|the) )?(maaliskuuta|marraskuuta|tammikuuta|helmikuuta|huhtikuuta|toukokuuta|hein\u00e4kuuta|septiembre|joulukuuta|maaliskuu|kes\u00e4kuuta|september|septembre|setiembre|syyskuuta|lokakuuta|noviembre|marraskuu|diciembre|tammikuu|february|februari|helmikuu|huhtikuu|toukokuu|hein\u00e4kuu|augustus|elokuuta|november|novembre|december|dezember|d\u00e9cembre|decembre|desember|joulukuu|january|januari|janvier|februar|f\u00e9vrier|fevrier|febrero|kes\u00e4kuu|juillet|augusti|syyskuu|october|oktober|octobre|octubre|lokakuu|januar|j\u00e4nner|maalis|august|agosto|elokuu|marras|enero|tammi|helmi|march|marts|maerz|maart|marzo|april|avril|abril|huhti|touko|junio|julio|hein\u00e4|joulu|janv|f\u00e9vr|fevr|febr|mars|m\u00e4rz|mayo|june|juni|juin|kes\u00e4|july|juli|juil|ao\u00fbt|aout|syys|sept|loka|ene|jan|f\u00e9v|fev|feb|mrz|m\u00e4r|mrt|mar|avr|abr|apr|may|maj|mai|mei|jun|jul|ago|elo|aug|sep|okt|oct|nov|dez|d\u00e9c|des|dic|dec)[.]?[-\/ ]([0-9]{1,2})(?:st|nd|rd|th)?,?[-\/ ]([0-9]{4})(?:(?:T|,? +| at |, at )[0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:[.,][0-9]{1,9})? ?(?:[ap][.]?m[.]?)?)? ?(?:Z|UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST)?(?: ?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: ?[(][A-Za-z ]{3,40}[)])?[ \t\r\n\u00a0\u202f]*\n?$/iu, [3, 1, 2]],
    [/^[ \t\r\n\u00a0\u202f]*(?:[a-z\u00e5\u00e4\u00f6\u00e6\u00f8\u00e9\u00e1]{2,12}[.,]{0,2} )?(?:(?:den|d[.]?|le|el|the) )?([0-9]{1,2})(?:st|nd|rd|th|er|:e|[.\u00ba])?(?: of| de)?[-\/ ]?(maaliskuuta|marraskuuta|tammikuuta|helmikuuta|huhtikuuta|toukokuuta|hein\u00e4kuuta|septiembre|joulukuuta|maaliskuu|kes\u00e4kuuta|september|septembre|setiembre|syyskuuta|lokakuuta|noviembre|marraskuu|diciembre|tammikuu|february|februari|helmikuu|huhtikuu|toukokuu|hein\u00e4kuu|augustus|elokuuta|november|novembre|december|dezember|d\u00e9cembre|decembre|desember|joulukuu|january|januari|janvier|februar|f\u00e9vrier|fevrier|febrero|kes\u00e4kuu|juillet|augusti|syyskuu|october|oktober|octobre|octubre|lokakuu|januar|j\u00e4nner|maalis|august|agosto|elokuu|marras|enero|tammi|helmi|march|marts|maerz|maart|marzo|april|avril|abril|huhti|touko|junio|julio|hein\u00e4|joulu|janv|f\u00e9vr|fevr|febr|mars|m\u00e4rz|mayo|june|juni|juin|kes\u00e4|july|juli|juil|ao\u00fbt|aout|syys|sept|loka|ene|jan|f\u00e9v|fev|feb|mrz|m\u00e4r|mrt|mar|avr|abr|apr|may|maj|mai|mei|jun|jul|ago|elo|aug|sep|okt|oct|nov|dez|d\u00e9c|des|dic|dec)[.]?,?(?: del?)?[-\/ ]?([0-9]{4})(?:(?:T|,? +| at |, at )[0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:[.,][0-9]{1,9})? ?(?:[ap][.]?m[.]?)?)? ?(?:Z|UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST)?(?: ?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: ?[(][A-Za-z ]{3,40}[)])?[ \t\r\n\u00a0\u202f]*\n?$/iu, [3, 2, 1]],
  ];
  const TWO_NUMBERS = /^[ \t\r\n\u00a0\u202f]*([0-9]{1,2})[-\/.]([0-9]{1,2})[-\/.]([0-9]{4})(?:(?:T|,? +| at |, at )[0-9]{1,2}(?:[:.][0-9]{2}){0,2}(?:[.,][0-9]{1,9})? ?(?:[ap][.]?m[.]?)?)? ?(?:Z|UTC|GMT|CET|CEST|EST|EDT|CST|CDT|MST|MDT|PST|PDT|BST)?(?: ?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: ?[(][A-Za-z ]{3,40}[)])?[ \t\r\n\u00a0\u202f]*\n?$/iu;
  const PLAIN = /^[ ]*[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]{1,2})?[ ]*\n?$/u;
  const FRAME = /^[ \t\r\n\u00a0\u2007\u2009\u202f]*([(]|[-+\u2212\u2013]?)[ \t\r\n\u00a0\u2007\u2009\u202f]*(?:[A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]{1,4}[.]?|[A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]{0,3}[$\u20ac\u00a3\u00a5\u20a9\u20b9\u20bd\u20ba\u20b4\u20a6\u20b1\u20aa\u20ab\u0e3f\u00a2])?[ \t\r\n\u00a0\u2007\u2009\u202f]*([-+\u2212\u2013]?)[ \t\r\n\u00a0\u2007\u2009\u202f]*(?:([.,]?[0-9](?:[0-9.,'\u2019 \u00a0\u2007\u2009\u202f]*[0-9])?)[:,.][-\u2013][ \t\r\n\u00a0\u2007\u2009\u202f]*(?:[A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]{1,4}[.]?|[A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]{0,3}[$\u20ac\u00a3\u00a5\u20a9\u20b9\u20bd\u20ba\u20b4\u20a6\u20b1\u20aa\u20ab\u0e3f\u00a2])?|([.,]?[0-9](?:[0-9.,'\u2019 \u00a0\u2007\u2009\u202f]*[0-9])?[.,]?)[ \t\r\n\u00a0\u2007\u2009\u202f]*([-+\u2212\u2013]?)[ \t\r\n\u00a0\u2007\u2009\u202f]*(?:[A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]{1,4}[.]?|[A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]{0,3}[$\u20ac\u00a3\u00a5\u20a9\u20b9\u20bd\u20ba\u20b4\u20a6\u20b1\u20aa\u20ab\u0e3f\u00a2])?[ \t\r\n\u00a0\u2007\u2009\u202f]*([-+\u2212\u2013]?))[ \t\r\n\u00a0\u2007\u2009\u202f]*([)]?)[ \t\r\n\u00a0\u2007\u2009\u202f]*\n?$/u;
  const WORDS = /^[^A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]*(?:(?:(?:[Ee][Uu][Rr][Oo]|[Aa][Ee][Dd]|[Aa][Rr][Ss]|[Aa][Uu][Dd]|[Bb][Gg][Nn]|[Bb][Rr][Ll]|[Cc][Aa][Dd]|[Cc][Hh][Ff]|[Cc][Ll][Pp]|[Cc][Nn][Yy]|[Cc][Oo][Pp]|[Cc][Zz][Kk]|[Dd][Kk][Kk]|[Ee][Gg][Pp]|[Ee][Uu][Rr]|[Gg][Bb][Pp]|[Hh][Kk][Dd]|[Hh][Rr][Kk]|[Hh][Uu][Ff]|[Ii][Dd][Rr]|[Ii][Ll][Ss]|[Ii][Nn][Rr]|[Ii][Ss][Kk]|[Jj][Pp][Yy]|[Kk][Ee][Ss]|[Kk][Rr][Ww]|[Kk][Ww][Dd]|[Mm][Aa][Dd]|[Mm][Xx][Nn]|[Mm][Yy][Rr]|[Nn][Gg][Nn]|[Nn][Oo][Kk]|[Nn][Zz][Dd]|[Pp][Ee][Nn]|[Pp][Hh][Pp]|[Pp][Kk][Rr]|[Pp][Ll][Nn]|[Qq][Aa][Rr]|[Rr][Oo][Nn]|[Rr][Ss][Dd]|[Rr][Uu][Bb]|[Ss][Aa][Rr]|[Ss][Ee][Kk]|[Ss][Gg][Dd]|[Tt][Hh][Bb]|[Tt][Nn][Dd]|[Tt][Rr][Yy]|[Tt][Ww][Dd]|[Uu][Aa][Hh]|[Uu][Ss][Dd]|[Uu][Yy][Uu]|[Vv][Nn][Dd]|[Zz][Aa][Rr]|[Dd][Kk][Rr]|[Nn][Kk][Rr]|[Ss][Kk][Rr]|[Ss][Ff][Rr]|[Ll][Ee][Ii]|[Dd][Ii][Nn]|[\u0420\u0440][\u0423\u0443][\u0411\u0431]|[Kk][Rr]|[Ff][Rr]|[Rr][Ss]|[Rr][Mm]|[Ff][Tt]|[Kk][\u010c\u010d]|[Zz][\u0141\u0142]|[\u041b\u043b][\u0412\u0432]|[\u0420\u0440])|(?:[Uu][Ss]|[Aa]|[Aa][Uu]|[Cc]|[Cc][Aa]|[Nn][Zz]|[Hh][Kk]|[Mm][Xx]|[Nn][Tt]|[Rr]|[Ss])[$])[^A-Za-z\u010d\u010c\u0142\u0141\u0430-\u044f\u0410-\u042f]*)?\n?$/u;
  const WRITTEN = {
    first: { group: ',', mark: '.',
      pattern: /^\u0002([-+]?(?:(?:[0-9]+|[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:[ \u00a0\u2007\u2009\u202f][0-9]{3})+|(?:['\u2019][0-9]{3})+)|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:[.][0-9]*)?|[.][0-9]+))\n?$/u },
    second: { group: '.', mark: ',',
      pattern: /^\u0002([-+]?(?:(?:[0-9]+|[1-9][0-9]{0,2}(?:(?:[.][0-9]{3})+|(?:[ \u00a0\u2007\u2009\u202f][0-9]{3})+|(?:['\u2019][0-9]{3})+))(?:,[0-9]*)?|,[0-9]+))\n?$/u },
  };

  return { call, readDay, readAmount };
})();
