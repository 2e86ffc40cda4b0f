"""What a later delivery does to an earlier one: snapshot, append and merge, and that nothing is loaded twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

from orchestration.ingest import FeedResult, IngestReport
from tests.python.ingest.conftest import COLUMNS, FEEDS, Shop


def result(report: IngestReport, feed: str) -> FeedResult:
    [found] = [one for one in report.feeds if one.feed == feed]
    return found


def state(shop: Shop) -> list[tuple[object, ...]]:
    return [
        row
        for table in ("order_line", "customer", "price")
        for row in shop.rows(f"select '{table}', * from raw_shop.{table} order by all")
    ]


def test_same_delivery_twice_loads_nothing_twice(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,line_number\nA,1\n")
    shop.deliver("customer.csv", "customer_id,customer_name\n1,A\n1,B\n")
    shop.deliver("price/1.csv", "product_id,unit_price\nP,1.5\n")
    first = shop.ingest()
    before, log = state(shop), shop.rows("select * from ingest.load_log")
    second = shop.ingest()
    assert [one.status for one in first.feeds] == ["loaded"] * 3
    assert [one.status for one in second.feeds] == ["unchanged"] * 3
    assert [one.rows_in_table for one in second.feeds] == [1, 1, 1]
    assert state(shop) == before
    assert shop.rows("select * from ingest.load_log") == log
    assert second.content_fingerprint == first.content_fingerprint
    assert second.rows_loaded == 0


def test_load_id_and_fingerprint_are_the_same_in_another_home(make_shop: Callable[..., Shop]) -> None:
    reports = []
    for _ in range(2):
        shop = make_shop()
        shop.deliver("order_line/b.csv", "order_id,line_number\nB,1\n")
        shop.deliver("order_line/a.csv", "order_id,line_number\nA,1\n")
        reports.append(shop.ingest())
    assert reports[0].content_fingerprint == reports[1].content_fingerprint
    assert result(reports[0], "order_line").load_id == result(reports[1], "order_line").load_id


# -- snapshot ----------------------------------------------------------------------------------------------------------


def test_snapshot_replaces_what_is_no_longer_delivered(shop: Shop) -> None:
    shop.deliver("order_line/1.csv", "order_id,line_number\nA,1\n")
    gone = shop.deliver("order_line/2.csv", "order_id,line_number\nB,1\nC,1\n")
    shop.ingest()
    gone.unlink()
    shop.deliver("order_line/3.csv", "order_id,line_number\nD,1\n")
    report = shop.ingest()
    assert shop.column("order_id") == ["A", "D"]
    one = result(report, "order_line")
    assert (one.files_loaded, one.files_skipped, one.rows_loaded, one.rows_removed) == (1, 1, 1, 2)
    assert shop.rows("select source_file, is_current from ingest.load_file order by 1") == [
        ("order_line/1.csv", True),
        ("order_line/2.csv", False),
        ("order_line/3.csv", True),
    ]


def test_snapshot_with_nothing_delivered_keeps_its_last_delivery(shop: Shop) -> None:
    path = shop.deliver("order_line.csv", "order_id,line_number\nA,1\n")
    fingerprint = shop.ingest().content_fingerprint
    path.unlink()
    shop.deliver("price.csv", "product_id\nP\n")
    report = shop.ingest()
    assert shop.column("order_id") == ["A"]
    assert result(report, "order_line").status == "absent"
    assert result(report, "order_line").rows_in_table == 1
    assert report.content_fingerprint != fingerprint


def test_snapshot_emptied_by_a_file_with_a_header_only(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,line_number\nA,1\n")
    shop.ingest()
    shop.deliver("order_line.csv", "order_id,line_number\n")
    shop.ingest()
    assert shop.column("order_id") == []


def test_snapshot_changed_back_and_forth_follows_the_delivery(shop: Shop) -> None:
    for text in ("A,1\n", "B,x\nC,2\n", "A,1\n", "B,x\nC,2\n"):
        shop.deliver("order_line.csv", "order_id,line_number\n" + text)
        shop.ingest()
        assert shop.column("order_id") == [line[0] for line in text.split() if "x" not in line]
    # Loaded twice, but not twice in quarantine.
    assert shop.rows("select count(*), count(distinct load_id) from ingest.quarantine") == [(1, 1)]
    assert shop.rows("select count(*), count(distinct load_id) from ingest.load_log") == [(4, 2)]


def test_renamed_file_of_a_snapshot_is_not_loaded_again(shop: Shop) -> None:
    first = shop.deliver("order_line/1.csv", "order_id,line_number\nA,1\n")
    second = shop.deliver("order_line/2.csv", "order_id,line_number\nB,1\n")
    shop.ingest()
    aside = shop.landing / "aside"
    # Names exchanged, which would make each overwrite the other if they were moved one by one.
    first.rename(aside)
    second.rename(first)
    aside.rename(second)
    report = shop.ingest()
    assert result(report, "order_line").files_loaded == 0
    assert shop.rows("select order_id, _source_file from raw_shop.order_line order by 1") == [
        ("A", "order_line/2.csv"),
        ("B", "order_line/1.csv"),
    ]
    assert result(shop.ingest(), "order_line").status == "unchanged"


def test_old_path_of_a_renamed_file_can_take_new_content(shop: Shop) -> None:
    shop.deliver("order_line/1.csv", "order_id,line_number\nA,1\n")
    shop.ingest()
    shop.deliver("order_line/2.csv", "order_id,line_number\nA,1\n")
    shop.deliver("order_line/1.csv", "order_id,line_number\nB,1\n")
    shop.ingest()
    assert shop.rows("select order_id, _source_file from raw_shop.order_line order by 1") == [
        ("A", "order_line/2.csv"),
        ("B", "order_line/1.csv"),
    ]


def test_two_files_with_the_same_content_are_loaded_once(shop: Shop) -> None:
    shop.deliver("order_line/1.csv", "order_id,line_number\nA,1\n")
    copy = shop.deliver("order_line/1 (copy).csv", "order_id,line_number\nA,1\n")
    report = shop.ingest()
    assert shop.column("order_id") == ["A"]
    assert any("has the same content as" in notice and copy.parent.name in notice for notice in report.notices)


def test_instances_of_a_system_do_not_touch_each_other(shop: Shop) -> None:
    north = shop.deliver("north/order_line.csv", "order_id,line_number\nA,1\n").parent
    south = shop.deliver("south/order_line.csv", "order_id,line_number\nA,1\nB,2\n").parent
    shop.ingest(north, "north")
    shop.ingest(south, "south")
    shop.deliver("north/order_line.csv", "order_id,line_number\nC,1\n")
    shop.ingest(north, "north")
    assert shop.rows("select _data_source, order_id from raw_shop.order_line order by all") == [
        ("shop:north", "C"),
        ("shop:south", "A"),
        ("shop:south", "B"),
    ]


# -- append ------------------------------------------------------------------------------------------------------------


def test_append_adds_new_files_and_keeps_old_ones(shop: Shop) -> None:
    first = shop.deliver("price/1.csv", "product_id,unit_price\nP,1.5\n")
    shop.ingest()
    first.unlink()
    shop.deliver("price/2.csv", "product_id,unit_price\nQ,2.5\n")
    shop.ingest()
    assert shop.column("product_id", "price") == ["P", "Q"]


def test_append_replaces_the_rows_of_a_file_whose_content_changed(shop: Shop) -> None:
    shop.deliver("price/1.csv", "product_id,unit_price\nP,1.5\n")
    shop.deliver("price/2.csv", "product_id,unit_price\nQ,2.5\n")
    shop.ingest()
    shop.deliver("price/1.csv", "product_id,unit_price\nP,1.75\nR,3\n")
    report = shop.ingest()
    assert shop.rows("select product_id, unit_price from raw_shop.price order by 1") == [
        ("P", Decimal("1.7500")),
        ("Q", Decimal("2.5000")),
        ("R", Decimal("3.0000")),
    ]
    assert result(report, "price").rows_removed == 1


def test_append_skips_known_content_under_another_name_and_says_so(shop: Shop) -> None:
    shop.deliver("price/1.csv", "product_id,unit_price\nP,1.5\n")
    shop.ingest()
    (shop.landing / "price" / "1.csv").rename(shop.landing / "price" / "sent again.csv")
    report = shop.ingest()
    assert shop.column("product_id", "price") == ["P"]
    assert result(report, "price").status == "unchanged"
    assert any("was loaded already as price/1.csv; not loaded again" in notice for notice in report.notices)


# -- merge -------------------------------------------------------------------------------------------------------------


def test_merge_updates_by_key_and_keeps_what_is_not_delivered(shop: Shop) -> None:
    shop.deliver("customer/1.csv", "customer_id,customer_name,city\n1,A,Bonn\n2,B,Ulm\n")
    shop.ingest()
    shop.deliver("customer/2.csv", "customer_id,customer_name,city\n2,B2,\n3,C,Kiel\n")
    report = shop.ingest()
    assert shop.rows("select customer_id, customer_name, city from raw_shop.customer order by 1") == [
        ("1", "A", "Bonn"),
        ("2", "B2", None),
        ("3", "C", "Kiel"),
    ]
    one = result(report, "customer")
    assert (one.rows_loaded, one.rows_removed, one.rows_quarantined) == (2, 1, 0)


def test_merge_takes_the_last_row_of_a_key_and_keeps_the_others_in_quarantine(shop: Shop) -> None:
    shop.deliver("customer/1.csv", "customer_id,customer_name\n1,A\n2,B\n1,A2\n")
    shop.deliver("customer/2.csv", "customer_id,customer_name\n2,B2\n,nobody\n")
    report = shop.ingest()
    assert shop.rows("select customer_id, customer_name from raw_shop.customer order by 1") == [
        ("1", "A2"),
        ("2", "B2"),
    ]
    entries = shop.rows("select source_file, row_number, value, reason, raw_row from ingest.quarantine order by all")
    assert [(entry[0], entry[1], entry[2]) for entry in entries] == [
        ("customer/1.csv", 1, "1"),
        ("customer/1.csv", 2, "2"),
        ("customer/2.csv", 2, None),
    ]
    assert entries[0][3] == entries[1][3]
    assert entries[0][3].startswith("superseded: a later row of the same delivery has the same key")
    assert json.loads(entries[0][4]) == {"customer_id": "1", "customer_name": "A", "city": None}
    one = result(report, "customer")
    assert (one.rows_read, one.rows_loaded, one.rows_quarantined, one.rows_superseded) == (5, 2, 3, 2)
    # The gate looks at the share of rows that could not be used; a superseded row is no such row.
    assert shop.rows("select quarantined_ratio from ingest.load_log") == [(Decimal("0.200000"),)]


def test_merge_of_the_same_file_with_new_content_is_a_new_delivery(shop: Shop) -> None:
    fingerprints = []
    for name in ("A", "B", "A"):
        shop.deliver("customer.csv", f"customer_id,customer_name\n1,{name}\n")
        fingerprints.append(shop.ingest().content_fingerprint)
        assert shop.column("customer_name", "customer") == [name]
    assert len(set(fingerprints)) == 3


def test_merge_by_a_key_that_may_be_null(make_shop: Callable[..., Shop]) -> None:
    feeds = {"customer": {"files": ["customer.csv"], "mode": "merge", "key": ["customer_id", "city"]}}
    shop = make_shop(feeds=feeds)
    for name in ("A", "B"):
        shop.deliver("customer.csv", f"customer_id,customer_name,city\n1,{name},\n1,{name}{name},Ulm\n")
        shop.ingest()
    assert sorted(shop.column("customer_name", "customer")) == ["B", "BB"]


# -- settings and declarations -----------------------------------------------------------------------------------------


def test_file_is_read_again_when_its_settings_were_corrected(shop: Shop) -> None:
    # Whoever corrects feeds.yml after looking at the quarantine delivers the same file again.
    shop.deliver("order_line.csv", "order_id,line_number,net_amount\nA,1,1.234\n")
    shop.deliver("price/1.csv", "product_id,unit_price\nP,1.234\n")
    first = shop.ingest()
    shop.deliver("feeds.yml", "defaults: {decimal_separator: ','}\n")
    second = shop.ingest()
    assert shop.column("net_amount") == [Decimal("1234.00")]
    assert shop.column("unit_price", "price") == [Decimal("1234.0000")]
    assert first.content_fingerprint != second.content_fingerprint
    assert result(shop.ingest(), "price").status == "unchanged"


def test_mode_can_be_changed_beside_the_files(shop: Shop) -> None:
    shop.deliver("feeds.yml", "order_line: {mode: merge, key: [order_id, line_number]}\n")
    shop.deliver("order_line/1.csv", "order_id,line_number,note\nA,1,x\nA,2,y\n")
    shop.deliver("order_line/2.csv", "order_id,line_number,note\nA,1,z\n")
    shop.ingest()
    assert shop.rows("select line_number, note from raw_shop.order_line order by 1") == [(1, "z"), (2, "y")]


def test_column_that_a_declaration_gained_is_added_and_filled(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop()
    shop.deliver("price.csv", "product_id,unit_price,colour\nP,1.5,red\n")
    shop.ingest()
    columns = {**COLUMNS, "price": {**COLUMNS["price"], "colour": {"data_type": "varchar"}}}
    shop.project = make_shop(feeds=FEEDS, columns=columns).project
    shop.ingest()
    assert shop.rows("select product_id, colour from raw_shop.price") == [("P", "red")]


def test_changed_type_of_a_declaration_is_applied(make_shop: Callable[..., Shop]) -> None:
    shop = make_shop()
    shop.deliver("price.csv", "product_id,unit_price\nP,1.23456\n")
    shop.ingest()
    columns = {**COLUMNS, "price": {**COLUMNS["price"], "unit_price": {"data_type": "decimal(18,6)"}}}
    shop.project = make_shop(feeds=FEEDS, columns=columns).project
    shop.ingest()
    assert shop.rows("select unit_price, typeof(unit_price) from raw_shop.price") == [
        (Decimal("1.234560"), "DECIMAL(18,6)")
    ]


def test_load_log_and_files_account_for_every_row(shop: Shop) -> None:
    shop.deliver("order_line/1.csv", "order_id;line_number;net_amount\nA;1;1,5\nB;x;1,5\nC\n")
    shop.deliver("order_line/2.csv", "order_id,line_number,net_amount\nD,1,1.5\n")
    shop.ingest()
    assert shop.rows(
        "select data_source, system, feed, mode, file_count, rows_read, rows_loaded, rows_quarantined, quarantined_ratio, "
        "status from ingest.load_log"
    ) == [("shop", "shop", "order_line", "snapshot", 2, 4, 2, 2, Decimal("0.500000"), "loaded")]
    assert shop.rows(
        "select source_file, encoding, delimiter, decimal_separator, rows_read, rows_loaded, rows_quarantined, is_current "
        "from ingest.load_file order by 1"
    ) == [
        ("order_line/1.csv", "utf-8", ";", ",", 3, 1, 2, True),
        ("order_line/2.csv", "utf-8", ",", ".", 1, 1, 0, True),
    ]


def test_in_memory_database_will_do(shop: Shop) -> None:
    import duckdb

    shop.connection = duckdb.connect()
    shop.deliver("order_line.csv", "order_id,line_number\nA,1\nB,x\n")
    report = shop.ingest()
    assert (report.rows_loaded, report.rows_quarantined) == (1, 1)
    assert shop.progress[-1] == ("loaded shop order_line", 1, 1)
