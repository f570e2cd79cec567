// The sign-in page of a demo: a button with data-login and data-password fills the form and goes to its main button.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  document.addEventListener("click", function (event) {
    const button = event.target.closest("button[data-login]");
    if (!button) return;
    const form = document.querySelector("form.form");
    form.elements.login.value = button.dataset.login;
    form.elements.password.value = button.dataset.password;
    form.querySelector(".btn-primary").focus();
  });
})();
