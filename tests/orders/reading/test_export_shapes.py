# ruff: noqa: E501 - rows of exports are as wide as they are
"""Exports as shops, tills, marketplaces, payment providers, ledgers and spreadsheets write them.

All data is invented; the shapes are those of their documentation. What must come out was counted by
hand from the rows: each case stands for a kind of misreading that would go unnoticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from crmformulas.dates import from_number
from crmformulas.errors import InputError
from crmformulas.orders.log import read


@dataclass
class Shape:
    """An export, and what must come out of it."""

    name: str
    files: list[str]
    net: float | None = None
    orders: int | None = None
    customers: int | None = None
    first: str | None = None
    last: str | None = None
    told: str | None = None
    """A pattern that what is told must match."""
    refuse: str | None = None
    """It is asked about, in words that match this."""
    encoding: str = "utf-8"
    suffix: str = ".csv"
    options: dict[str, Any] = field(default_factory=dict)


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


SHAPES = [
    Shape(
        "shopify-de-partial",
        [
            lines(
                "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Refunded Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price",
                "#1,a@x.se,partially_refunded,2026-01-02 10:00:00 +0100,SEK,300,0,0,300.00,100.00,2026-01-02 10:00:00 +0100,1,A,100",
                "#1,a@x.se,,,,,,,,,2026-01-02 10:00:00 +0100,2,B,100",
                "#2,b@x.se,pending,,SEK,50,0,0,50.00,0.00,2026-01-03 10:00:00 +0100,1,A,50",
                "#3,b@x.se,expired,,SEK,70,0,0,70.00,0.00,2026-01-04 10:00:00 +0100,1,A,70",
                "#4,b@x.se,authorized,,SEK,30,0,0,30.00,0.00,2026-01-05 10:00:00 +0100,1,A,30",
            ),
        ],
        net=280,
        orders=3,
        customers=2,
    ),
    Shape(
        "woo-de",
        [
            lines(
                "Bestellnummer;Bestellstatus;Bestelldatum;E-Mail (Rechnung);Bestellsumme;Artikelname;Menge;Artikelpreis",
                "1;Abgeschlossen;05.01.2024;a@x.de;120,00;Hemd;1;80,00",
                "1;Abgeschlossen;05.01.2024;a@x.de;120,00;Hose;1;40,00",
                "2;Storniert;06.01.2024;b@x.de;99,00;Hemd;1;99,00",
                "3;Abgeschlossen;16.01.2024;B@x.de;30,00;Hut;1;15,00",
                "3;Abgeschlossen;16.01.2024;B@x.de;30,00;Hut;1;15,00",
                "4;Erstattet;17.01.2024;c@x.de;50,00;Hut;1;50,00",
                "5;In Bearbeitung;18.01.2024;c@x.de;60,00;Hut;2;30,00",
            ),
        ],
        net=210,
        orders=3,
        customers=3,
    ),
    Shape(
        "woo-wc-status",
        [
            lines(
                "order_id,status,date,customer_email,total",
                "1,wc-completed,2024-01-05,a@x.de,120",
                "2,wc-cancelled,2024-01-06,b@x.de,99",
                "3,wc-refunded,2024-01-07,b@x.de,20",
                "4,wc-failed,2024-01-08,b@x.de,20",
                "5,wc-processing,2024-01-09,b@x.de,10",
                "6,wc-checkout-draft,2024-01-09,b@x.de,11",
            ),
        ],
        net=130,
        orders=2,
        customers=2,
    ),
    Shape(
        "magento-closed",
        [
            lines(
                "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),Grand Total (Purchased),Status,Customer Email,Total Refunded",
                '000000001,Main,"Jan 5, 2024 10:12:33 AM",A,A,$120.00,$120.00,Complete,a@x.com,$0.00',
                '000000002,Main,"Jan 6, 2024 10:12:33 AM",B,B,$80.00,$80.00,Canceled,b@x.com,$0.00',
                '000000003,Main,"Jan 17, 2024 10:12:33 AM",B,B,$60.00,$60.00,Closed,b@x.com,$60.00',
                '000000004,Main,"Jan 18, 2024 10:12:33 PM",A,A,$70.00,$70.00,Complete,a@x.com,$10.00',
            ),
        ],
        net=180,
        orders=2,
        customers=1,
    ),
    Shape(
        "bigcommerce",
        [
            lines(
                "Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Status,Subtotal (inc tax),Order Total (inc tax),Order Total (ex tax)",
                "1,11,A,a@x.com,2024-01-05,Completed,90,100,80",
                "2,12,B,b@x.com,2024-01-06,Declined,90,100,80",
                "3,12,B,b@x.com,2024-01-07,Incomplete,90,100,80",
                "4,0,G,g@x.com,2024-01-08,Completed,90,100,80",
            ),
        ],
        refuse="amount|order-total",
    ),
    Shape(
        "bigcommerce-given",
        [
            lines(
                "Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Status,Order Total (inc tax)",
                "1,11,A,a@x.com,2024-01-05,Completed,100",
                "2,12,B,b@x.com,2024-01-06,Declined,100",
                "3,12,B,b@x.com,2024-01-07,Completed,100",
                "4,0,G,g@x.com,2024-01-08,Completed,100",
            ),
        ],
        net=200,
        orders=2,
        customers=2,
        told="Customer Email",
        options={"order_total": "Order Total (inc tax)"},
    ),
    Shape(
        "prestashop-fr",
        [
            lines(
                "ID;Référence;Nouveau client;Client;Total;Paiement;État;Date",
                "1;XKB;1;A. Martin;1 234,50 €;Carte;Paiement accepté;05/01/2024 10:11:12",
                "2;XKC;1;B. Petit;99,00 €;Carte;Annulé;16/01/2024 10:11:12",
                "3;XKD;0;A. Martin;10,00 €;Carte;Remboursé;17/01/2024 10:11:12",
                "4;XKE;0;B. Petit;20,50 €;Carte;Livré;18/01/2024 10:11:12",
            ),
        ],
        net=1255,
        orders=2,
        customers=2,
    ),
    Shape(
        "stripe",
        [
            lines(
                "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer ID,Customer Email",
                "ch_1,2024-01-05 10:00:00,100.00,0.00,sek,true,Paid,cus_1,a@x.se",
                "ch_2,2024-01-06 10:00:00,50.00,50.00,sek,true,Refunded,cus_1,a@x.se",
                "ch_3,2024-01-07 10:00:00,70.00,0.00,sek,false,Failed,cus_2,b@x.se",
                "ch_4,2024-01-08 10:00:00,80.00,20.00,sek,true,Paid,cus_2,b@x.se",
            ),
        ],
        net=160,
        orders=2,
        customers=2,
    ),
    Shape(
        "ebay",
        [
            lines(
                ",,,,,,,,",
                "Sales Record Number,Order Number,Buyer Username,Buyer Email,Item Number,Item Title,Quantity,Sold For,Total Price,Sale Date",
                ",,,,,,,,,",
                "101,1-1,ann,a@m.ebay.com,,,2,,$30.00,Jan-05-24",
                "101,1-1,ann,,9,Cup,1,$10.00,,Jan-05-24",
                "101,1-1,ann,,8,Pot,1,$20.00,,Jan-05-24",
                "102,1-2,bob,b@m.ebay.com,9,Cup,1,$10.00,$12.00,Jan-16-24",
                "",
                "2,record(s) downloaded,from  ,Jan-01-24,00:00:00, to ,Jan-31-24",
                "Seller ID : shop",
            ),
        ],
        net=42,
        orders=2,
        customers=2,
    ),
    Shape(
        "square-refund-row",
        [
            lines(
                "Date,Time,Transaction ID,Net Sales,Event Type,Customer ID,Item,Qty",
                "2024-01-05,10:00:00,T1,$10.00,Payment,C1,Tea,1",
                "2024-01-05,10:00:00,T1,$5.00,Payment,C1,Bun,1",
                "2024-01-16,10:00:00,T2,($10.00),Refund,C1,Tea,-1",
                '2024-01-17,10:00:00,T3,"$1,010.00",Payment,C2,Tea,1',
            ),
        ],
        net=1015,
        orders=2,
        customers=2,
    ),
    Shape(
        "adyen-accounting",
        [
            lines(
                "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Booking Date,Main Currency,Main Amount,Record Type,Shopper Reference",
                "C,M,p1,o1,visa,2024-01-05 10:00:00,EUR,100.00,Received,s1",
                "C,M,p1,o1,visa,2024-01-05 10:00:01,EUR,100.00,Authorised,s1",
                "C,M,p1,o1,visa,2024-01-06 10:00:01,EUR,100.00,SentForSettle,s1",
                "C,M,p1,o1,visa,2024-01-07 10:00:01,EUR,100.00,Settled,s1",
                "C,M,p2,o2,visa,2024-01-08 10:00:00,EUR,50.00,Received,s2",
                "C,M,p2,o2,visa,2024-01-08 10:00:01,EUR,50.00,Refused,s2",
            ),
        ],
        refuse="which column",
    ),
    Shape(
        "sap-de",
        [
            lines(
                "Kunde;Belegdatum;Verkaufsbeleg;Position;Nettowert;Belegart",
                "0000100023;05.01.2024;4711;10;1.234,56;Auftrag",
                "0000100023;05.01.2024;4711;20;100,00;Auftrag",
                "0000100024;16.01.2024;4712;10;50,00-;Gutschrift",
                "0000100024;17.01.2024;4713;10;200,00;Auftrag",
            ),
        ],
        net=1484.56,
        orders=2,
        customers=2,
    ),
    Shape(
        "navision",
        [
            lines(
                "Posting Date,Document Type,Document No.,Sell-to Customer No.,Line No.,Line Amount",
                "05/01/24,Invoice,F1,K1,10000,100.00",
                "05/01/24,Invoice,F1,K1,20000,50.00",
                "16/01/24,Credit Memo,K1,K1,10000,50.00",
                "17/01/24,Invoice,F2,K2,10000,70.00",
            ),
        ],
        refuse="D/M/Y",
    ),
    Shape(
        "excel-sv",
        [
            lines(
                "Kundnr;Orderdatum;Ordernr;Summa",
                "1001;2024-01-05;1;1 234,50 kr",
                "1002;2024-01-06;2;99 kr",
                "1001;2024-01-07;3;-34,50 kr",
            ),
        ],
        net=1299,
        orders=2,
        customers=2,
        encoding="cp1252",
    ),
    Shape(
        "excel-sep-line",
        [
            lines(
                "sep=;",
                "Kundnr;Orderdatum;Ordernr;Summa",
                "1001;2024-01-05;1;1234,50",
                "1002;2024-01-06;2;99",
            ),
        ],
        net=1333.5,
        orders=2,
        customers=2,
        encoding="cp1252",
    ),
    Shape(
        "excel-fr-nnbsp",
        [
            lines(
                "N° client;Date de commande;N° commande;Montant",
                "C1;05/01/2024;1;1\u202f234,50\xa0€",
                "C2;16/01/2024;2;99,00\xa0€",
            ),
        ],
        net=1333.5,
        orders=2,
        customers=2,
    ),
    Shape(
        "two-dialects",
        [
            lines(
                "Kundnr;Orderdatum;Ordernr;Summa",
                "1001;2024-01-05;1;1234,50",
                "1002;2024-01-06;2;99",
            ),
            lines(
                "Kundnr,Orderdatum,Ordernr,Summa",
                "1001,2025-01-05,3,10.50",
                "1002,2025-01-06,4,2",
            ),
        ],
        net=1346.0,
        orders=4,
        customers=2,
    ),
    Shape(
        "sv-status",
        [
            lines(
                "Kundnummer;Datum;Ordernummer;Belopp;Orderstatus",
                "1;2024-01-05;1;100;Levererad",
                "2;2024-01-06;2;100;Makulerad",
                "2;2024-01-07;3;100;Återbetald",
                "2;2024-01-08;4;100;Utkast",
                "2;2024-01-09;5;30;Skickad",
            ),
        ],
        net=130,
        orders=2,
        customers=2,
    ),
    Shape(
        "total-vat-sv",
        [
            lines(
                "Ordernr;Kund;Datum;Artikel;Summa inkl moms",
                "1;a;2024-01-05;x;100",
                "1;a;2024-01-05;y;100",
                "2;b;2024-01-06;x;50",
                "2;b;2024-01-06;y;50",
                "3;b;2024-01-07;x;30",
                "3;b;2024-01-07;z;30",
                "4;b;2024-01-08;z;20",
            ),
        ],
        refuse="amount",
    ),
    Shape(
        "refund-negative-row",
        [
            lines(
                "order_id,customer_id,date,amount,status",
                "1,a,2024-01-05,100,paid",
                "1,a,2024-01-06,-100,refunded",
                "2,b,2024-01-07,50,paid",
                "3,b,2024-01-08,80,paid",
                "3,b,2024-01-09,-30,refunded",
            ),
        ],
        net=100,
        customers=1,
        orders=2,
    ),
    Shape(
        "paypal",
        [
            lines(
                "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,Transaction ID",
                '05/01/2024,10:00:00,CET,Ann,Website Payment,Completed,EUR,"100,00","-3,00","97,00",a@x.se,shop@x.se,T1',
                '16/01/2024,10:00:00,CET,Ann,Payment Refund,Completed,EUR,"-100,00","0,00","-100,00",shop@x.se,a@x.se,T2',
                '17/01/2024,10:00:00,CET,Bo,Website Payment,Denied,EUR,"50,00","0,00","50,00",b@x.se,shop@x.se,T3',
            ),
        ],
        refuse="which|could each",
    ),
    Shape(
        "cancelled-flag",
        [
            lines(
                "order_id,customer_id,date,amount,is_cancelled",
                "1,a,2024-01-05,100,false",
                "2,b,2024-01-06,100,true",
                "3,b,2024-01-07,50,false",
                "4,c,2024-01-07,50,false",
            ),
        ],
        told="is_cancelled",
    ),
    Shape(
        "cancelled-at",
        [
            lines(
                "Order,Customer,Date,Total,Cancelled at",
                "1,a,2024-01-05,100,",
                "2,b,2024-01-06,100,2024-01-07",
                "3,b,2024-01-07,50,",
                "4,b,2024-01-07,50,",
            ),
        ],
        told="Cancelled at",
    ),
    Shape(
        "jsonl-ms",
        [
            lines(
                '{"customer_id": "a", "created_at": 1704441600000, "amount": 10.5, "order_id": 1}',
                '{"customer_id": "b", "created_at": 1735603200000, "amount": 20, "order_id": 2}',
            ),
        ],
        net=30.5,
        orders=2,
        customers=2,
        first="2024-01-05",
        last="2024-12-31",
        suffix=".jsonl",
    ),
    Shape(
        "iso-z-zone",
        [
            lines(
                "customer_id,date,amount,order_id",
                "a,2024-01-05T23:30:00Z,10,1",
                "a,2024-01-06T10:30:00Z,10,2",
            ),
        ],
        net=20,
        orders=2,
        customers=1,
        first="2024-01-06",
        options={"time_zone": "Europe/Stockholm"},
    ),
    Shape(
        "day-first-by-other-file",
        [
            lines(
                "customer_id,date,amount,order_id",
                "a,05/01/2024,10,1",
                "a,06/01/2024,20,2",
            ),
            lines(
                "customer_id,date,amount,order_id",
                "a,05/02/2024,10,3",
                "a,28/02/2024,20,4",
            ),
        ],
        net=60,
        first="2024-01-05",
        last="2024-02-28",
    ),
    Shape(
        "gast",
        [
            lines(
                "Kundennummer;Bestelldatum;Bestellnummer;Betrag",
                "100;05.01.2024;1;100",
                "Gast;16.01.2024;2;50",
                "Gast;17.01.2024;3;70",
                "101;18.01.2024;4;10",
            ),
        ],
        net=110,
        orders=2,
        customers=2,
    ),
    Shape(
        "invite",
        [
            lines(
                "Client;Date;Commande;Montant",
                "100;05/01/2024;1;100",
                "Invité;16/01/2024;2;50",
                "inconnu;17/01/2024;3;70",
                "101;18/01/2024;4;10",
            ),
        ],
        net=110,
        orders=2,
        customers=2,
    ),
    Shape(
        "footer-total",
        [
            lines(
                "Kund;Datum;Order;Belopp",
                "A;2024-01-05;1;100",
                "B;2024-01-06;2;50",
                "Totalt;;;150",
            ),
        ],
        net=150,
        orders=2,
        customers=2,
    ),
    Shape(
        "footer-total-dated",
        [
            lines(
                "Kund;Datum;Order;Belopp",
                "A;2024-01-05;1;100",
                "B;2024-01-06;2;50",
                "Summa;2024-01-06;;150",
            ),
        ],
        net=150,
        orders=2,
        customers=2,
    ),
    Shape(
        "subtotals",
        [
            lines(
                "Customer,Date,Order,Amount",
                "A,2024-01-05,1,100",
                "A,2024-01-06,2,50",
                "A Total,,,150",
                "B,2024-01-06,3,50",
                "B Total,,,50",
                "Grand Total,,,200",
            ),
        ],
        net=200,
        orders=3,
        customers=2,
    ),
    Shape(
        "concat-header",
        [
            lines(
                "customer_id,date,amount,order_id",
                "a,2024-01-05,10,1",
                "customer_id,date,amount,order_id",
                "b,2024-01-06,20,2",
            ),
        ],
        net=30,
        orders=2,
        customers=2,
    ),
    Shape(
        "utf16-tab",
        [
            lines(
                "Customer ID\tOrder Date\tOrder ID\tAmount",
                "a\t5-Jan-24\t1\t1,234.50",
                "b\t16-Jan-24\t2\t99.00",
            ),
        ],
        net=1333.5,
        orders=2,
        customers=2,
        first="2024-01-05",
        encoding="utf-16",
        suffix=".txt",
    ),
    Shape(
        "net-gross",
        [
            lines(
                "customer_id,date,order_id,Net amount,Gross amount",
                "a,2024-01-05,1,80,100",
                "b,2024-01-06,2,40,50",
            ),
        ],
        refuse="amount",
    ),
    Shape(
        "line-cancelled",
        [
            lines(
                "order_id,customer_id,date,sku,line_total,line_status",
                "1,a,2024-01-05,x,60,shipped",
                "1,a,2024-01-05,y,40,cancelled",
                "2,b,2024-01-06,x,60,shipped",
            ),
        ],
        net=120,
        orders=2,
        customers=2,
    ),
    Shape(
        "shopify-cut",
        [
            lines(
                "Name,Email,Financial Status,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price",
                "#1,a@x.se,paid,100.00,2026-01-02 10:00:00 +0100,1,A,100",
                "#2,b@x.se,paid,200.00,2026-01-03 10:00:00 +0100,1,A,100",
            ),
            lines(
                "Name,Email,Financial Status,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price",
                "#2,b@x.se,,,,1,B,100",
                "#3,b@x.se,paid,30.00,2026-01-05 10:00:00 +0100,1,A,30",
            ),
        ],
        net=330,
        orders=3,
        customers=2,
    ),
    Shape(
        "shopify-cut-noemail",
        [
            lines(
                "Name,Email,Financial Status,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price",
                "#1,a@x.se,paid,100.00,2026-01-02 10:00:00 +0100,1,A,100",
                "#2,b@x.se,paid,200.00,2026-01-03 10:00:00 +0100,1,A,100",
            ),
            lines(
                "Name,Email,Financial Status,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price",
                "#2,,,,,1,B,100",
                "#3,b@x.se,paid,30.00,2026-01-05 10:00:00 +0100,1,A,30",
            ),
        ],
        net=330,
        orders=3,
        customers=2,
    ),
    Shape(
        "discount-percent",
        [
            lines(
                "CustomerNo,OrderDate,OrderNo,Quantity,Unit Price,Discount %",
                "a,2024-01-05,1,2,50,10",
                "b,2024-01-06,2,1,50,0",
            ),
        ],
        told="Discount",
    ),
    Shape(
        "discount-sv",
        [
            lines(
                "Kundnr;Orderdatum;Ordernr;Antal;À-pris;Rabatt",
                "a;2024-01-05;1;2;50;10%",
                "b;2024-01-06;2;1;50;0%",
            ),
        ],
        told="Rabatt",
    ),
    Shape(
        "item-total-times-qty",
        [
            lines(
                "Order ID,Customer,Order Date,Quantity,Item Total",
                "1,a,2024-01-05,2,100",
                "2,b,2024-01-06,1,50",
                "3,b,2024-01-07,3,150",
            ),
        ],
        net=300,
    ),
    Shape(
        "quantity-returned",
        [
            lines(
                "Order ID,Customer,Order Date,Quantity,Unit Price,Returned Quantity",
                "1,a,2024-01-05,2,50,1",
                "2,b,2024-01-06,1,50,0",
            ),
        ],
        told="Returned",
    ),
    Shape(
        "ids-exp",
        [
            lines(
                "Customer,Date,Order,Amount",
                "1.23457E+12,2024-01-05,1,10",
                "1.23457E+12,2024-01-06,2,10",
                "1.23458E+12,2024-01-06,3,10",
            ),
        ],
        told="1.2E|spreadsheet",
    ),
    Shape(
        "date-only-time",
        [
            lines(
                "Kundnr;Datum;Klockslag;Kvitto;Belopp",
                "1;20240105;1012;1;100",
                "2;20240106;1230;2;50",
            ),
        ],
        net=150,
        orders=2,
        first="2024-01-05",
    ),
    Shape(
        "month-year",
        [
            lines(
                "Customer,Month,Amount",
                "a,2024-01,10",
                "b,2024-02,20",
            ),
        ],
        refuse=".",
    ),
    Shape(
        "fr-months",
        [
            lines(
                "Client;Date;Commande;Montant",
                "a;5 janvier 2024;1;10,5",
                "b;16 févr. 2024;2;20",
            ),
        ],
        net=30.5,
        first="2024-01-05",
        last="2024-02-16",
    ),
    Shape(
        "us-currency-neg",
        [
            lines(
                "Customer,Date,Order,Amount",
                'a,1/5/2024,1,"$1,234.50"',
                "b,1/16/2024,2,-$34.50",
                "b,1/17/2024,3,$99",
            ),
        ],
        net=1299,
        first="2024-01-05",
    ),
    Shape(
        "states-in-other-words",
        [
            lines(
                "Order ID,Status,Date,Email,Total",
                "1,Completed,2024-01-05,a@x.se,100",
                *(
                    f"{n},{state},2024-01-06,b@x.se,1000"
                    for n, state in enumerate(
                        [
                            "Deleted",
                            "Raderad",
                            "Krediterad",
                            "Återköpt",
                            "Payment error",
                            "CANCELED_BY_CUSTOMER",
                            "cancelled by admin",
                            "Order Cancelled",
                            "payment_canceled",
                            "Charge back",
                            "Fraud",
                            "Uncollectible",
                            "Test order",
                            "Automatically cancelled",
                        ],
                        2,
                    )
                ),
                "99,Shipped,2024-01-07,b@x.se,10",
            ),
        ],
        net=110,
        orders=2,
    ),
    *(
        Shape(
            f"a-number-among-days-{number}",
            [
                lines(
                    "customer;date;amount",
                    *(f"c{n};2024-01-05;1" for n in range(50)),
                    f"x;{number};1000",
                ),
            ],
            net=50,
            customers=50,
            first="2024-01-05",
        )
        for number in ("45400", "1704585600")
    ),
    Shape(
        "events",
        [
            lines(
                "event_id,email,timestamp,event_name,value",
                "1,a@x.se,2024-01-05,Placed Order,100",
                "2,a@x.se,2024-01-06,Opened Email,0",
                "3,a@x.se,2024-01-07,Refunded Order,100",
            ),
        ],
        net=200,
        told="'event_name' says something of 1 order that counts",
    ),
    Shape(
        "totals-of-months",
        [
            lines(
                "Kund;Datum;Belopp",
                "a;2024-01-05;10",
                "Summa januari;2024-01-31;10",
                "Summarum AB;2024-01-31;5",
                "#REF!;2024-02-02;1000",
            ),
        ],
        net=25,
        told="1 row with a customer such as 'Summa januari' counts",
    ),
    Shape(
        "ids-blank-beside-addresses",
        [
            lines(
                "Order ID,Order Date,Customer ID,Email,Total",
                "1,2024-01-05,7,a@x.se,10",
                "2,2024-01-06,,b@x.se,20",
                "3,2024-01-07,8,c@x.se,20",
            ),
        ],
        net=30,
        told="1 row is of nobody and left out; --customer 'Email'",
    ),
    Shape(
        "mongodb",
        [
            lines(
                '{"_id":{"$oid":"1"},"customer":"a","date":{"$date":"2024-01-05T10:00:00Z"},"amount":10}',
                '{"_id":{"$oid":"2"},"customer":"b","date":{"$date":"2024-01-06T10:00:00Z"},"amount":5}',
            ),
        ],
        net=15,
        suffix=".jsonl",
    ),
    Shape(
        "states-that-only-ask",
        [
            lines(
                "Order ID,Status,Date,Email,Total",
                "1,Completed,2024-01-05,a@x.se,100",
                "2,Cancellation requested,2024-01-06,b@x.se,50",
                "3,Not cancelled,2024-01-07,b@x.se,10",
            ),
        ],
        net=160,
        told="'Cancellation requested', 'Not cancelled' count as sales",
    ),
    Shape(
        "state-in-other-words-that-is-kept",
        [
            lines(
                "Order ID,Status,Date,Email,Total",
                "1,Completed,2024-01-05,a@x.se,100",
                "2,Cancelled by admin,2024-01-06,b@x.se,50",
            ),
        ],
        net=150,
        options={"keep_status": ("cancelled",)},
    ),
    Shape(
        "state-in-other-words-far-down",
        [
            lines(
                "Order ID,Status,Date,Email,Total",
                *(f"{n},paid,2024-01-05,c{n}@x.se,1" for n in range(21_000)),
                "99999,Canceled by customer,2024-01-06,b@x.se,5000",
            ),
        ],
        net=21_000,
        told="'Canceled by customer' and counts 0",
    ),
    Shape(
        "partly-refunded-without-a-sum",
        [
            lines(
                "Ordernr;Orderstatus;Datum;E-post;Summa",
                "1;Klar;2024-01-05;a@x.se;100",
                "2;Delvis återbetald;2024-01-06;b@x.se;50",
            ),
        ],
        net=150,
        told="'Delvis återbetald' counts as a sale",
    ),
    Shape(
        "types-of-a-till-sv",
        [
            lines(
                "Datum;Typ;Kundnr;Kvittonr;Belopp",
                "2024-01-05;Köp;a;1;100",
                "2024-01-06;Köp;b;2;50",
                "2024-01-08;Retur;a;3;100",
                "2024-01-09;Återköp;b;4;20",
            ),
        ],
        net=30,
        orders=2,
    ),
    Shape(
        "order-total-on-the-first-row-zero-elsewhere",
        [
            lines(
                "Order,Email,Date,SKU,Order Total",
                *(
                    f"{n},{n}@x.se,2024-01-05,{sku},{total}"
                    for n in range(4)
                    for sku, total in (("X", 10 * n), ("Y", 0))
                ),
            ),
        ],
        net=60,
        orders=3,
    ),
    Shape(
        "currency-in-the-name",
        [lines("Kundnr;Orderdatum;Ordernr;Belopp (SEK)", "a;2024-01-05;1;100", "b;2024-01-06;2;5")],
        net=105,
    ),
    Shape(
        "two-currencies-in-names",
        [lines("Kundnr;Orderdatum;Ordernr;Belopp SEK;Belopp EUR", "a;2024-01-05;1;100;9")],
        refuse="could each be the amount",
    ),
    Shape(
        "currencies-in-the-names-of-two-files",
        [
            lines("Kundnr;Orderdatum;Ordernr;Belopp (SEK)", "a;2024-01-05;1;100"),
            lines("Kundnr;Orderdatum;Ordernr;Belopp (EUR)", "a;2024-02-05;3;9"),
        ],
        refuse=r"several currencies: EUR \(1 row, 9\), SEK \(1 row, 100\)",
    ),
    Shape(
        "signs-of-two-files",
        [
            lines("Kundnr;Orderdatum;Ordernr;Belopp", "a;2024-01-05;1;100 kr"),
            lines("Kundnr;Orderdatum;Ordernr;Belopp", "a;2024-02-05;3;9 €"),
        ],
        refuse="several currencies",
    ),
    Shape(
        "numbers-in-one-file-and-addresses-in-another",
        [
            lines("customer_id,order_id,date,total", "17,1,2024-01-05,10"),
            lines("email,order_id,date,total", "a@x.se,3,2024-02-05,10"),
        ],
        refuse="customers of different kinds.*--customer",
    ),
    Shape(
        "ids-of-other-names",
        [
            lines("customer_id,order_id,date,total", "17,1,2024-01-05,10"),
            lines("kundnr,order_id,date,total", "17,3,2024-02-05,10"),
        ],
        net=20,
        customers=1,
        told="are taken for the same ids",
    ),
    Shape(
        "nobody-in-other-words",
        [
            lines(
                "customer,date,amount,order_id",
                "a,2024-01-05,10,1",
                *(
                    f"{word},2024-01-06,100,{n}"
                    for n, word in enumerate(
                        [
                            "(blank)",
                            "[null]",
                            "(not set)",
                            "Guest user",
                            "Gästkund",
                            "Anonymous user",
                            "00000000-0000-0000-0000-000000000000",
                        ],
                        2,
                    )
                ),
            ),
        ],
        net=10,
        customers=1,
    ),
    Shape(
        "totals-that-call-themselves-so",
        [
            lines(
                "Kund;Datum;Belopp",
                "a;2024-01-05;10",
                *(
                    f"{word};2024-01-06;1000"
                    for word in [
                        "Total:",
                        "Summa:",
                        "Totalsumma:",
                        "Gesamtergebnis",
                        "Total general",
                    ]
                ),
            ),
        ],
        net=10,
        customers=1,
    ),
    Shape(
        "ids-with-a-comma-zero",
        [
            lines(
                "Kundnr;Datum;Belopp",
                "12345,0;2024-01-05;10,5",
                "12345;2024-01-06;10",
                "777,0;2024-01-06;10",
            ),
        ],
        customers=2,
    ),
    Shape(
        "mixed-currency-symbols",
        [
            lines(
                "Customer,Date,Order,Amount",
                "a,2024-01-05,1,10 €",
                "b,2024-01-06,2,$20",
            ),
        ],
        refuse=r"several currencies: .*--currency",
    ),
    Shape(
        "guest-0-email",
        [
            lines(
                "customer_id,customer_email,date,order_id,total",
                "0,a@x.se,2024-01-05,1,10",
                "0,b@x.se,2024-01-06,2,10",
                "7,c@x.se,2024-01-07,3,10",
            ),
        ],
        told="customer_email",
    ),
    Shape(
        "status-late-unknown",
        [
            lines(
                "Order,Customer,Date,Amount,Status",
                "1,a,2024-01-05,10,complete",
                "2,b,2024-01-05,10,complete",
                "3,b,2024-01-06,10,fraud review",
            ),
        ],
        told="fraud review",
    ),
    Shape(
        "lightspeed",
        [
            lines(
                "Date,ID,Source,Customer,Item,Qty,Subtotal,Discount,Tax,Total,Cost",
                "2024-01-05 10:00,S-1,Web,Ann,Cup,1,$8.00,$0.00,$2.00,$10.00,$3.00",
                "2024-01-05 10:00,S-1,Web,Ann,Pot,1,$16.00,$0.00,$4.00,$20.00,$3.00",
                "2024-01-16 10:00,S-2,Web,Bob,Cup,1,$8.00,$0.00,$2.00,$10.00,$3.00",
            ),
        ],
        net=40,
        customers=2,
    ),
    Shape(
        "chargeback",
        [
            lines(
                "order,customer,date,amount,payment status",
                "1,a,2024-01-05,10,captured",
                "2,b,2024-01-05,10,chargeback",
                "3,b,2024-01-06,10,captured",
            ),
        ],
        net=20,
        orders=2,
    ),
    Shape(
        "order-and-payment-status",
        [
            lines(
                "order,customer,date,amount,order status,payment status",
                "1,a,2024-01-05,10,complete,paid",
                "2,b,2024-01-05,10,complete,refunded",
                "3,b,2024-01-06,10,cancelled,paid",
                "4,b,2024-01-06,10,complete,paid",
            ),
        ],
        net=20,
        orders=2,
    ),
    Shape(
        "status-sv-fri",
        [
            lines(
                "Ordernr;Kund;Datum;Belopp;Leveransstatus",
                "1;a;2024-01-05;100;Levererad",
                "2;b;2024-01-06;50;Makulerad",
                "3;b;2024-01-07;70;Levererad",
            ),
        ],
        told="Leveransstatus",
    ),
    Shape(
        "status-unnamed",
        [
            lines(
                "Ordernr;Kund;Datum;Belopp;Läge",
                "1;a;2024-01-05;100;Levererad",
                "2;b;2024-01-06;50;Makulerad",
                "3;b;2024-01-07;70;Levererad",
            ),
        ],
        told="Läge",
    ),
    Shape(
        "sales-status",
        [
            lines(
                "Order ID,Customer,Date,Amount,Sales Status",
                "1,a,2024-01-05,100,Closed Won",
                "2,b,2024-01-06,50,Cancelled",
                "3,b,2024-01-07,70,Closed Won",
            ),
        ],
        told="Sales Status",
    ),
    Shape(
        "total-with-shipping-line",
        [
            lines(
                "Order,Customer,Date,Item,Quantity,Price,Order Total",
                "1,a,2024-01-05,Cup,2,10,25",
                "1,a,2024-01-05,Shipping,1,5,25",
                "2,b,2024-01-06,Pot,1,30,30",
                "3,b,2024-01-06,Pot,1,30,35",
                "3,b,2024-01-06,Shipping,1,5,35",
            ),
        ],
        net=90,
        orders=3,
    ),
    Shape(
        "qty-price-and-total-disagree",
        [
            lines(
                "Order,Customer,Date,Sku,Quantity,Unit Price,Total",
                "1,a,2024-01-05,x,2,10,20",
                "1,a,2024-01-05,y,1,5,5",
                "2,b,2024-01-06,x,1,10,10",
                "3,b,2024-01-06,x,3,10,30",
                "3,b,2024-01-06,y,3,5,15",
                "4,b,2024-01-06,x,3,10,30",
                "4,b,2024-01-06,y,3,5,15",
            ),
        ],
        net=125,
        orders=4,
    ),
    Shape(
        "euro-thousands",
        [
            lines(
                "Kunde;Datum;Auftrag;Umsatz",
                "a;05.01.2024;1;1.234",
                "b;16.01.2024;2;2.500",
            ),
        ],
        refuse="decimal",
    ),
    Shape(
        "swiss",
        [
            lines(
                "Kunde;Datum;Auftrag;Umsatz",
                "a;05.01.2024;1;1'234.50",
                "b;16.01.2024;2;CHF 99.00",
            ),
        ],
        net=1333.5,
    ),
    Shape(
        "trailing-minus-paren",
        [
            lines(
                "Customer;Date;Order;Amount",
                "a;2024-01-05;1;100.00",
                "a;2024-01-06;2;25.00-",
                "b;2024-01-06;3;(10.00)",
            ),
        ],
        net=65,
        orders=1,
    ),
    Shape(
        "credit-kreditfaktura",
        [
            lines(
                "Fakturanr;Kundnr;Fakturadatum;Fakturatyp;Belopp",
                "1;a;2024-01-05;Debet;100",
                "2;a;2024-01-06;Kredit;40",
                "3;b;2024-01-06;Debet;50",
            ),
        ],
        net=110,
    ),
    Shape(
        "refund-repeated",
        [
            lines(
                "order_id,customer_id,date,total,refunded_amount,sku",
                "1,a,2024-01-05,100,40,x",
                "1,a,2024-01-05,100,40,y",
                "2,b,2024-01-06,50,0,x",
                "2,b,2024-01-06,50,0,y",
                "3,b,2024-01-06,70,0,x",
                "3,b,2024-01-06,70,0,y",
            ),
        ],
        net=180,
        orders=3,
    ),
    Shape(
        "overlap-line-items",
        [
            lines(
                "order,customer,date,sku,line_total",
                "1,a,2024-01-05,x,10",
                "2,b,2024-01-06,x,20",
                "2,b,2024-01-06,y,30",
            ),
            lines(
                "order,customer,date,sku,line_total",
                "2,b,2024-01-06,x,20",
                "2,b,2024-01-06,y,30",
                "3,c,2024-01-07,x,10",
            ),
        ],
        net=70,
        orders=3,
    ),
    Shape(
        "email-mailto-space",
        [
            lines(
                "order,email,date,total",
                '1," A@x.se",2024-01-05,10',
                "2,a@x.se ,2024-01-06,20",
                "3,a@X.SE,2024-01-06,20",
            ),
        ],
        customers=1,
        net=50,
    ),
    Shape(
        "test-true",
        [
            lines(
                "order,customer,date,total,test",
                "1,a,2024-01-05,10,false",
                "2,b,2024-01-06,20,true",
                "3,b,2024-01-06,30,false",
            ),
        ],
        told="'test'",
    ),
]


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.name for shape in SHAPES])
def test_the_right_number_or_a_question(shape: Shape, tmp_path: Path) -> None:
    paths = []
    for number, text in enumerate(shape.files):
        path = tmp_path / f"{shape.name}{number}{shape.suffix}"
        path.write_bytes(text.encode(shape.encoding))
        paths.append(str(path))
    check(shape, paths)


def check(shape: Shape, source: Any) -> None:
    if shape.refuse:
        with pytest.raises(InputError, match=shape.refuse), read(source, **shape.options) as log:
            log.account()
        return
    with read(source, **shape.options) as log:
        account = log.account()
        orders = log.records(log.orders())
        notes = [*(note.text for note in log.rows.notes), *(rule.text for rule in account.rules)]
    bought = [order for order in orders if order["amount"] > 0]
    found = {
        "net": sum(order["amount"] for order in orders) / 10_000,
        "orders": len(bought),
        "customers": len({order["customer"] for order in bought}),
        "first": str(from_number(min(order["day"] for order in orders))),
        "last": str(from_number(max(order["day"] for order in orders))),
    }
    wanted = {name: getattr(shape, name) for name in found if getattr(shape, name) is not None}
    assert {name: found[name] for name in wanted} == wanted
    assert re.search(shape.told or "", " ".join(map(str, notes)))
