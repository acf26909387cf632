"""Accounts, loans and pension savings of people, and businesses that pay into the funds. Whole currency units."""

from django.db import models
from django.db.models import Q

from gapura.kernel.registers.plugin import RegisterEntry, given, one_of
from gapura.sectors.finance.types import AccountKind


class AccountEntry(RegisterEntry):
    """What a bank owes to a person; each balance it reports begins a new entry."""

    subject_fields = ("account_number",)
    person_fields = ("number",)

    account_number = models.CharField(max_length=20)
    number = models.CharField(max_length=16)
    institution = models.CharField(max_length=80)
    account_kind = models.CharField(max_length=10)
    balance = models.PositiveBigIntegerField()
    opened_on = models.DateField()

    class Meta(RegisterEntry.Meta):
        db_table = "finance_account"
        constraints = (
            *RegisterEntry.Meta.constraints,
            one_of("account_kind", AccountKind, "account_kind_known"),
            given("account_numbers_given", "account_number", "number", "institution"),
        )
        indexes = (models.Index(fields=["number"], name="account_by_person"),)


class LoanEntry(RegisterEntry):
    """What a person owes to a bank; valid until it is repaid."""

    subject_fields = ("loan_number",)
    person_fields = ("number",)

    loan_number = models.CharField(max_length=20)
    number = models.CharField(max_length=16)
    institution = models.CharField(max_length=80)
    loan_kind = models.CharField(max_length=20)
    outstanding = models.PositiveBigIntegerField()
    borrowed_on = models.DateField()

    class Meta(RegisterEntry.Meta):
        db_table = "finance_loan"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("loan_numbers_given", "loan_number", "number", "institution", "loan_kind"),
            models.CheckConstraint(condition=Q(outstanding__gt=0), name="loan_of_something"),
        )
        indexes = (models.Index(fields=["number"], name="loan_by_person"),)


class PensionEntry(RegisterEntry):
    """What a fund has saved for a person; valid until it is paid out."""

    subject_fields = ("number", "fund")

    number = models.CharField(max_length=16)
    fund = models.CharField(max_length=20)
    member_number = models.CharField(max_length=20)
    saved = models.PositiveBigIntegerField()
    joined_on = models.DateField()

    class Meta(RegisterEntry.Meta):
        db_table = "finance_pension"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("pension_numbers_given", "number", "fund", "member_number"),
        )
        indexes = (models.Index(fields=["number"], name="pension_by_person"),)


class EmployerEntry(RegisterEntry):
    """A business that pays contributions, and who answers for that."""

    subject_fields = ("business_number",)
    person_fields = ("responsible_number",)

    business_number = models.CharField(max_length=13)
    responsible_number = models.CharField(max_length=16)
    employer_number = models.CharField(max_length=20)

    class Meta(RegisterEntry.Meta):
        db_table = "finance_employer"
        constraints = (
            *RegisterEntry.Meta.constraints,
            given("employer_numbers_given", "business_number", "responsible_number", "employer_number"),
        )
        indexes = (models.Index(fields=["responsible_number"], name="employer_by_responsible"),)
