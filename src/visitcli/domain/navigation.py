"""Links that open a place in a map app, each in the coordinate system and the order that the app expects.

A link holds numbers and nothing of the customer: it passes through other firms' servers and may be seen by anybody.
What each app expects, by its own documents (seen 2026-11):

| app | order | system inside China | outside |
|---|---|---|---|
| AMap 高德 (lbs.amap.com, URI API, route) | lon,lat on the web, named in the app | GCJ-02 | WGS-84 |
| Baidu 百度 (lbsyun.baidu.com, URI API) | lat,lon | BD-09, by `coord_type=bd09ll` | WGS-84, by `coord_type` |
| Tencent 腾讯 (lbs.qq.com, URI API, routeplan) | lat,lon | GCJ-02, by `coord_type=2` | WGS-84, the same there |
| Apple (developer.apple.com, Map Links) | lat,lon | GCJ-02: its China is drawn from AutoNavi's data | WGS-84 |
| Google (Maps URLs) | lat,lon | GCJ-02 | WGS-84 |
| geo: (RFC 5870) | lat,lon | WGS-84 | WGS-84 |

What a Chinese app makes of `geo:` inside China is not documented; it may be off by the shift. Tencent's own scheme
(qqmap:) wants a developer's key and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from visitcli.domain.geo import Point, from_wgs84, inside_china

App = Literal["amap", "baidu", "tencent", "apple", "google", "geo", "amap_android", "amap_ios", "baidu_app"]

_HERE = "%E7%9B%AE%E7%9A%84%E5%9C%B0"  # 目的地, "destination": Baidu's marker must have a title and a content


@dataclass(frozen=True, slots=True)
class Link:
    """How one app is asked for the way to a place. `needs_app`: of no use where the app is not installed."""

    app: App
    url: str
    needs_app: bool = False


def links(lat: float, lon: float) -> tuple[Link, ...]:
    """The links to a WGS-84 place, the ones that work everywhere first; numbers to six decimals (11 cm)."""
    gcj, bd = from_wgs84(lat, lon, "gcj02"), from_wgs84(lat, lon, "bd09")
    baidu = f"coord_type={'bd09ll' if inside_china(lat, lon) else 'wgs84'}"
    named = f"sourceApplication=visitcli&dlat={gcj[0]:.6f}&dlon={gcj[1]:.6f}&dev=0&t=0"  # dev=0: GCJ-02 already
    return (
        Link("amap", amap(lat, lon)),
        Link(
            "baidu",
            f"https://api.map.baidu.com/marker?location={_lat_lon(bd)}&title={_HERE}&content={_HERE}"
            f"&{baidu}&output=html&src=webapp.visitcli.visitcli",
        ),
        Link(
            "tencent",
            f"https://apis.map.qq.com/uri/v1/routeplan?type=drive&tocoord={_lat_lon(gcj)}&coord_type=2&referer=visitcli",
        ),
        Link("apple", f"https://maps.apple.com/?daddr={_lat_lon(gcj)}&dirflg=d"),
        Link("google", f"https://www.google.com/maps/dir/?api=1&destination={_lat_lon(gcj)}&travelmode=driving"),
        Link("geo", f"geo:{_lat_lon((lat, lon))}"),
        Link("amap_android", f"androidamap://route/plan/?{named}", needs_app=True),
        Link("amap_ios", f"iosamap://path?{named}", needs_app=True),
        Link(
            "baidu_app",
            f"baidumap://map/direction?destination={_lat_lon(bd)}&{baidu}&mode=driving&src=visitcli.visitcli",
            needs_app=True,
        ),
    )


def amap(lat: float, lon: float) -> str:
    """AMap's web link to a WGS-84 place: on a phone it opens the app (`callnative`), elsewhere the map. As short as it
    can be (77 characters in China), so that it fits a QR code of 33 modules."""
    gcj_lat, gcj_lon = from_wgs84(lat, lon, "gcj02")
    return f"https://uri.amap.com/navigation?to={gcj_lon:.6f},{gcj_lat:.6f}&mode=car&callnative=1"


def _lat_lon(point: Point) -> str:
    return f"{point[0]:.6f},{point[1]:.6f}"
