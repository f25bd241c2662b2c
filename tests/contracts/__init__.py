import pytest

pytest.register_assert_rewrite(
    "tests.contracts.telephony_joined_suite",
    "tests.contracts.telephony_suite",
    "tests.contracts.telephony_talk_suite",
    "tests.contracts.telephony_transfer_suite",
)
