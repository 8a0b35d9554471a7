from __future__ import annotations

import pytest

from visitcli.domain.geo import distance_m, inside_china
from visitcli.engines.gazetteer import COUNTY_RADIUS_M, TOWN_RADIUS_M, Gazetteer, gazetteer

BEIJING, CHANGCHUN, SHANGHAI = (39.9, 116.4), (43.88, 125.32), (31.23, 121.47)


@pytest.mark.parametrize(
    "text",
    [
        "上海市松江区九亭镇涞亭南路88号3栋401室",
        "上海松江九亭涞亭南路88号",
        "上海 松江区，九亭镇",
        "松江区九亭乡涞亭南路",
        "松江区九亭镇，上海",
        "家庭住址：上海市松江区（九亭镇）涞亭南路",
        "中国上海市市辖区松江区九亭镇",
        "九亭镇涞亭南路88号",
        "Room 401, 上海市松江区九亭镇",
    ],
)
def test_a_town_is_found_however_it_is_written(text: str) -> None:
    place = gazetteer().locate(text)
    assert place is not None
    assert (place.name, place.code, place.level) == ("上海市松江区九亭镇", "310117", "town")
    assert place.radius_m == TOWN_RADIUS_M
    assert distance_m((place.lat, place.lon), (31.1305, 121.3163)) < 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("上海市黄浦区中山东一路10号", "上海市黄浦区"),
        ("北京朝阳建国路88号", "北京市朝阳区"),
        ("吉林省长春市朝阳区", "吉林省长春市朝阳区"),
        ("吉林市昌邑区", "吉林省吉林市昌邑区"),
        ("海南海口龙华区", "海南省海口市龙华区"),
        ("内蒙古呼和浩特新城区", "内蒙古自治区呼和浩特市新城区"),
        ("恩施州恩施市", "湖北省恩施土家族苗族自治州恩施市"),
        ("长阳县", "湖北省宜昌市长阳土家族自治县"),
        ("南通市通州市", "江苏省南通市通州区"),
        ("仙桃市", "湖北省仙桃市"),
        ("东莞市", "广东省东莞市"),
        ("河北省保定市莲池区", "河北省保定市莲池区"),
    ],
)
def test_a_county_is_found_by_its_full_or_short_name(text: str, name: str) -> None:
    place = gazetteer().locate(text)
    assert place is not None
    assert (place.name, place.level, place.radius_m) == (name, "county", COUNTY_RADIUS_M)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("杭州市江干区庆春东路1号", "330102"),
        ("杭州市下城区体育场路", "330105"),
        ("上海市闸北区天目西路", "310106"),
        ("上海市崇明县城桥镇", "310151"),
        ("青岛即墨市", "370215"),
        ("天津市塘沽区", "120116"),
        ("四川省成都市郫县", "510117"),
        ("莱芜市莱城区", "370116"),
    ],
)
def test_abolished_names_lead_to_who_took_them_over(text: str, code: str) -> None:
    place = gazetteer().locate(text)
    assert place is not None
    assert place.code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "上海",
        "上海市人民大道300号",
        "上海市松江路12号",
        "朝阳区建国路88号",
        "hello world",
        "幸福花园12号楼",
        "31.2,121.4",
    ],
)
def test_nothing_is_made_up_where_no_one_place_is_named(text: str) -> None:
    assert gazetteer().locate(text) is None


def test_the_neighbourhood_decides_between_namesakes() -> None:
    def code(near: tuple[float, float]) -> str | None:
        place = gazetteer().locate("朝阳区建国路88号", near=near)
        return place.code if place else None

    assert code(BEIJING) == "110105"
    assert code(CHANGCHUN) == "220104"
    assert code(SHANGHAI) is None, "a namesake a thousand kilometres away is no guess"


def test_a_road_is_not_the_town_that_it_is_called_after() -> None:
    place = gazetteer().locate("上海市浦东新区花木路1号")
    assert place is not None
    assert place.name == "上海市浦东新区"
    place = gazetteer().locate("上海市浦东新区花木街道")
    assert place is not None
    assert place.name == "上海市浦东新区花木街道"


def test_a_town_without_a_coordinate_gives_its_county() -> None:
    place = gazetteer().locate("上海市黄浦区外滩街道")
    assert place is not None
    assert place.level == "county"


def test_every_town_is_found_again_by_its_own_name() -> None:
    places = list(gazetteer().towns())
    assert len(places) > 11_000
    lost = [place.name for place in places if gazetteer().locate(place.name + "12号") != place]
    assert lost == []


def test_every_county_is_found_again_and_nearly_all_have_a_centre() -> None:
    book = gazetteer()
    codes = [line.split("\t")[0] for line in _table().splitlines()]
    seated = [code for code in codes if book.centre(code)]
    assert len(codes) - len(seated) < 20
    found = {code: book.locate(book.county_name(code)) for code in seated}
    assert [code for code, place in found.items() if place is None or place.code != code] == []


def test_no_place_of_china_is_taken_for_abroad() -> None:
    """The outline of China and the gazetteer come from different sources; a place outside would never be shifted."""
    book = gazetteer()
    seats = [(line[:6], book.centre(line[:6])) for line in _table().splitlines()]
    assert [code for code, seat in seats if seat and not inside_china(*seat)] == []
    assert [town.name for town in book.towns() if not inside_china(town.lat, town.lon)] == []


def test_a_county_without_a_coordinate_is_no_place() -> None:
    book = Gazetteer("990101\t某省\t某市\t甲乙县\t\t丙丁镇\n", "")
    assert book.locate("某省某市甲乙县丙丁镇") is None
    assert book.centre("990101") is None
    assert book.centre("123456") is None


def test_a_witness_carries_the_rows_own_numbers() -> None:
    witness = gazetteer().witness("上海市松江区九亭镇", 31.2, 121.5)
    assert witness is not None
    assert (witness.place, witness.level, witness.lat, witness.lon) == ("上海市松江区九亭镇", "town", 31.2, 121.5)
    assert gazetteer().witness("无名之地", 31.2, 121.5) is None


def _table() -> str:
    from visitcli.engines import gazetteer as module

    return (module._DATA / "places.tsv").read_text(encoding="utf-8")
