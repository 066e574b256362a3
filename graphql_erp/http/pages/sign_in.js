"use strict";

(function () {
  const form = document.getElementById("sign-in");
  const code = document.getElementById("code");
  const problem = document.getElementById("problem");

  function tell(result) {
    const error = (result.errors && result.errors[0]) || { message: "Signing in failed." };
    problem.textContent = error.message;
    if (error.extensions && error.extensions.hint === "code") {
      code.hidden = false;
      form.elements.code.focus();
    }
  }

  async function signIn() {
    const response = await fetch("/auth/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        login: form.elements.login.value,
        password: form.elements.password.value,
        code: form.elements.code.value,
      }),
    });
    if (response.ok) {
      location.assign("/graphql" + location.search);
      return;
    }
    tell(await response.json());
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    problem.textContent = "";
    signIn().catch(function () {
      problem.textContent = "The server does not answer.";
    });
  });
})();
