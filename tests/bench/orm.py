"""The loop of the team's guide, which loads everything, changes it object by object, and commits once: resets a counter, makes a slug.

orm.py URL: seconds and MiB, for the table that `docs` of tests/bench/run is.
"""

import re
import resource
import sys
import time

from sqlalchemy import BigInteger, Text, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "docs"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    counter: Mapped[int] = mapped_column(BigInteger)
    slug: Mapped[str | None] = mapped_column(Text)


start = time.perf_counter()
session = sessionmaker(bind=create_engine(sys.argv[1]))()
for doc in session.query(Doc).filter(Doc.slug.is_(None)).all():
    doc.counter = 0
    doc.slug = re.sub(r"[^a-z0-9\x80-\U0010ffff]+", "-", doc.title.lower()).strip("-")
session.commit()
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
