"""How a return looks: the styles of its cells.

The severities differ in lightness and in the frame of the cell too, so that they are told apart without seeing red and
green, and in a copy without colours.
"""

from __future__ import annotations

from collections.abc import Mapping

from oh_pipeline.delivery.workbook import Style

_SEVERITY: Mapping[str, Style] = {
    "error": {"bg_color": "#F4B6A6", "border": 2, "border_color": "#A61C00"},
    "warning": {"bg_color": "#FFE699", "border": 1, "border_color": "#7F6000"},
    "advice": {"bg_color": "#D6E6F5", "border": 4, "border_color": "#2F5D8A"},
}
_TOP: Style = {"valign": "top", "text_wrap": True}
_DELIVERED: Style = {**_TOP, "num_format": "@"}  # what is typed stays as typed: no `1.2` becomes a day
_HEAD: Style = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#2F4A5F", "text_wrap": True, "valign": "vcenter"}
_HEAD = {**_HEAD, "border": 1, "border_color": "#FFFFFF"}
_SUMMARY: Style = {**_TOP, "bg_color": "#EEF1F4", "bottom": 1, "bottom_color": "#B7C0C9"}
_DETAIL: Style = {"valign": "top", "font_color": "#404040"}
_LINK: Style = {"font_color": "#0B5394", "underline": 1}

STYLES: Mapping[str, Style] = {
    "delivered": _DELIVERED,
    **{name: {**_DELIVERED, **style} for name, style in _SEVERITY.items()},
    "heading": {**_HEAD, "num_format": "@"},
    "heading_added": {**_HEAD, "num_format": "@", "italic": True, "bg_color": "#7A5C00"},
    "key": {"font_size": 8, "font_color": "#999999", "num_format": "@"},
    "title": {"bold": True, "font_size": 18, "font_color": "#2F4A5F", "valign": "vcenter"},
    "file": {"bold": True, "font_size": 12, "valign": "vcenter"},
    "said": {"text_wrap": True, "valign": "vcenter"},
    "left": {"text_wrap": True, "valign": "vcenter", "bold": True, "font_color": "#7F3F00"},
    "total": {"valign": "vcenter", "indent": 1},
    "total_bold": {"valign": "vcenter", "indent": 1, "bold": True},
    **{f"word_{name}": {**_TOP, **style, "bold": True, "align": "center"} for name, style in _SEVERITY.items()},
    "table_head": _HEAD,
    "summary": _SUMMARY,
    "summary_bold": {**_SUMMARY, "bold": True},
    "summary_link": {**_SUMMARY, **_LINK},
    "summary_count": {**_SUMMARY, "bold": True, "align": "center"},
    "summary_small": {**_SUMMARY, "font_size": 9, "font_color": "#666666"},
    "detail": _DETAIL,
    "detail_word": {**_DETAIL, "align": "center"},
    "detail_link": {**_DETAIL, **_LINK},
}
