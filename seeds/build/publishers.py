"""Who published a page: packs name publishers and hold no addresses."""

from __future__ import annotations

from urllib.parse import urlsplit

from seeds.errors import SourceError

_PUBLISHERS = {
    "news-about-politics.blogspot.com": "Guardian live blog, as copied by a blog",
    "wrexham.com": "Wrexham.com",
    "bbc.com": "BBC News",
    "feeds.bbci.co.uk": "BBC News",
    "themj.co.uk": "The MJ",
    "www1.politicalbetting.com": "Political Betting",
    "huffingtonpost.co.uk": "Huffington Post UK",
    "ukpollingreport.co.uk": "UK Polling Report",
    "greatyarmouthmercury.co.uk": "Great Yarmouth Mercury",
    "uselectionatlas.org": "a forum post, its clock uncertain",
    "heart.co.uk": "Heart radio news",
    "caerphillyobserver.co.uk": "Caerphilly Observer",
    "thelincolnite.co.uk": "The Lincolnite",
    "wrp.org.uk": "News Line",
    "theguardian.com": "The Guardian",
    "ukgeneralelection.com": "UK General Election",
    "shropshirestar.com": "Shropshire Star",
    "inews.co.uk": "i",
    "pressandjournal.co.uk": "The Press and Journal",
    "leftfootforward.org": "Left Foot Forward",
    "jerseyeveningpost.com": "Jersey Evening Post",
    "upday.com": "upday",
    "haslemereherald.com": "Haslemere Herald",
    "kentonline.co.uk": "Kent Online",
}


def publisher(address: str) -> str:
    """The name of whoever published the page at an address.

    Raises
    ------
    SourceError
        If nobody has named the publisher yet.
    """
    host = urlsplit(address).netloc.removeprefix("www.")
    if host not in _PUBLISHERS:
        raise SourceError(f"night-2012: the publisher behind {host} is not named; add it to seeds/build/publishers.py")
    return _PUBLISHERS[host]
