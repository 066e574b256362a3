"use strict";

(function () {
  const endpoint = location.pathname;
  const root = document.getElementById("graphiql");
  const shared = new URLSearchParams(location.search);

  const overview = [
    "# Write a document here.",
    "# Ctrl-Enter runs it, Ctrl-Space completes.",
    "# The folder icon builds one by clicking.",
    "",
    "query RootFields {",
    "  __schema {",
    "    queryType {",
    "      fields {",
    "        name",
    "        description",
    "      }",
    "    }",
    "  }",
    "}",
    "",
  ].join("\n");

  // Both names are tried: the first one is that of a server by https.
  function csrfToken() {
    const found = document.cookie.match(/(?:^|;\s*)(?:__Host-)?erp_csrf=([0-9a-f]+)/);
    return found ? found[1] : "";
  }

  function withSession(headers) {
    const token = csrfToken();
    return token ? Object.assign({ "x-csrf-token": token }, headers) : headers;
  }

  function signIn() {
    location.assign("/auth/login" + location.search);
  }

  async function signOut() {
    await fetch("/auth/logout", { method: "POST", headers: withSession({}) });
    signIn();
  }

  async function read(response) {
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      const message = "HTTP " + response.status + " " + response.statusText;
      return { errors: [{ message: message, extensions: { body: text.slice(0, 500) } }] };
    }
  }

  // The server keeps the whole introspection as bytes with an ETag; running it would be slow.
  async function introspect(headers) {
    const response = await fetch(endpoint + "/introspection.json", { headers: headers });
    const result = await read(response);
    return result.data || result.errors ? result : { data: result };
  }

  async function fetcher(call, options) {
    const headers = Object.assign({}, options && options.headers);
    if (call.operationName === "IntrospectionQuery") {
      return introspect(headers);
    }
    const response = await fetch(endpoint, {
      method: "POST",
      headers: Object.assign(
        {
          "content-type": "application/json",
          accept: "application/graphql-response+json, application/json;q=0.9",
        },
        withSession(headers),
      ),
      body: JSON.stringify(call),
    });
    const named = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
    if (response.status === 401 && !named) {
      signIn();
    }
    return read(response);
  }

  const logo = React.createElement(
    "a",
    { className: "erp-logo", href: endpoint },
    React.createElement("img", { src: "/graphiql/favicon.svg", alt: "", width: 24, height: 24 }),
    "GraphQL ERP",
  );

  const session = React.createElement(
    "button",
    { className: "erp-sign-out", type: "button", onClick: csrfToken() ? signOut : signIn },
    csrfToken() ? "Sign out" : "Sign in",
  );

  function Page() {
    const plugins = React.useMemo(() => [GraphiQLPluginExplorer.explorerPlugin()], []);
    return React.createElement(
      GraphiQL,
      {
        fetcher: fetcher,
        plugins: plugins,
        query: shared.get("query") || undefined,
        variables: shared.get("variables") || undefined,
        operationName: shared.get("operationName") || undefined,
        defaultQuery: root.dataset.example || overview,
        defaultHeaders: JSON.stringify({ "Accept-Language": "en" }, null, 2),
        defaultEditorToolsVisibility: true,
        inputValueDeprecation: true,
        isHeadersEditorEnabled: true,
      },
      React.createElement(GraphiQL.Logo, null, logo, session),
    );
  }

  ReactDOM.createRoot(root).render(React.createElement(Page));
})();
