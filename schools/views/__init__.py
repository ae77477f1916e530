"""The pages of the schools app."""

from schools.views.links import LeaveSchoolView, LinkNeededView, PersonalLinkView, WithdrawView

__all__ = ["LeaveSchoolView", "LinkNeededView", "PersonalLinkView", "WithdrawView"]
