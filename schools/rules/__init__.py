"""Rules about schools: reading the national register's files, which audit a school is offered, how it is found."""

from .addresses import FREE_MAIL, belongs_to_school, mail_domain, website_domain
from .entries import Entry, Outside, Reading, Rejected, Why
from .erasure import ERASED_ADDRESS, ERASED_NAME, Traces, distinct_names, distinct_phones, whole_names
from .layout import COLUMNS, Layout, WrongHeader, read_layout
from .linking import Link, read_link
from .months import plain_date, years_after
from .offers import Offer, audit_offer, suggested_audit
from .presence import next_asking
from .records import is_stated, judge, read_record, read_schools
from .search import COMMON_WORDS, search_text, search_words
from .values import postcode_district, read_districts, read_postcode

__all__ = [
    "COLUMNS",
    "COMMON_WORDS",
    "ERASED_ADDRESS",
    "ERASED_NAME",
    "FREE_MAIL",
    "Entry",
    "Layout",
    "Link",
    "Offer",
    "Outside",
    "Reading",
    "Rejected",
    "Traces",
    "Why",
    "WrongHeader",
    "audit_offer",
    "belongs_to_school",
    "distinct_names",
    "distinct_phones",
    "is_stated",
    "judge",
    "mail_domain",
    "next_asking",
    "plain_date",
    "postcode_district",
    "read_districts",
    "read_layout",
    "read_link",
    "read_postcode",
    "read_record",
    "read_schools",
    "search_text",
    "search_words",
    "suggested_audit",
    "website_domain",
    "whole_names",
    "years_after",
]
