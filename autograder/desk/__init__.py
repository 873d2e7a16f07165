"""The desk: a page in the browser for a whole term, served by an extension of the Jupyter server.

`autograder desk` starts it; on a hub `c.ServerApp.jpserver_extensions = {"autograder.desk": True}` does. Nothing here
grades, collects or exports: each change is a subcommand of `autograder` in a process of its own (`jobs`), whose records
(`autograder.core.events`) the page shows, and what stands in the course is read by the functions that the commands use
(`state`). So the page shows the command that it ran, and a reload, or the server's end, costs nothing.

To add a page:

- In Python write a module beside this one with `ROUTES`, pairs of a path below `/desk` and a subclass of
  `handlers.DeskHandler`, and add it to `app.PAGES`. Being one, the handler is behind login, XSRF token and origin check.
  `await self.reading(function)` runs `function(course)` outside the event loop; `await self.changing(function)` does so
  under the course's lock (409 while a command runs); `self.body(Kind)` reads the request as a record, and
  `self.reply(record)` answers with one. For a change that a subcommand makes, add a request to `commands` instead: it
  needs no handler.
- In JavaScript write `js/NAME.js`, which exports a component, and add it to `PAGES` in `js/desk.js`; `#/NAME` shows it.
  Styles go to `js/desk.css`. `make widgets` bundles both into `static/`. What `html` inserts is text: never set
  `dangerouslySetInnerHTML`. (`Written` in `js/essays.js` does, for HTML that `pages.safe_pages` made of answers.)
"""


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from autograder.desk.app import DeskApp

    return [{"module": "autograder.desk", "app": DeskApp}]
