"""Who may open a staff page. Each view takes one of these mixins; a test walks every URL and checks it."""

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin


class StaffRequiredMixin(LoginRequiredMixin, UserPassesTestMixin):
    """Any member of hub staff, viewers included: pages without personal data only."""

    def test_func(self) -> bool:
        return self.request.user.is_active  # type: ignore[attr-defined]

    def handle_no_permission(self):
        # Signed in but not allowed is a 403, never a loop through the sign-in page.
        self.raise_exception = self.request.user.is_authenticated  # type: ignore[attr-defined]
        return super().handle_no_permission()


class OfficerRequiredMixin(StaffRequiredMixin):
    """Officers and administrators."""

    def test_func(self) -> bool:
        return self.request.user.is_officer  # type: ignore[attr-defined]


class AdministratorRequiredMixin(StaffRequiredMixin):
    """Administrators only."""

    def test_func(self) -> bool:
        return self.request.user.is_administrator  # type: ignore[attr-defined]
