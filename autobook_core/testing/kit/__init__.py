"""The conformance kit: holds a connector to the contract, with the real engine and a fake other side.

An author writes how the other side's rows look and how it tells them: by pages (:class:`~.fake.FakeHttp`) or
by files (:class:`~.fake.FakeFiles`). The kit owns the rows, plants faults below the connector, kills the
process at every place, and compares what ends up in the books with the other side's own rows. No case counts
until a broken connector has failed it.
"""
