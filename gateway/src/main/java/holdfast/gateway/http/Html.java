package holdfast.gateway.http;

import java.util.regex.Pattern;

/// The frame and the letters of the pages to read.
final class Html {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private Html() {}

  static String page(String title, String body) {
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>%s</title>
    <style>
    :root { color-scheme: light dark }
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem }
    h2 { margin-top: 2.5rem } h3 { margin: 1.5rem 0 0 }
    code, pre { font: 0.9em/1.5 ui-monospace, monospace } pre { overflow-x: auto }
    table { border-collapse: collapse } td, th { text-align: left; padding: 0 1rem 0 0; vertical-align: top }
    :target { outline: 2px solid }
    </style>
    <h1>%s</h1>
    %s
    </html>
    """
        .formatted(escape(title), escape(title), body);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /// Plain text in which backquotes mark code.
  static String prose(String text) {
    return CODE.matcher(escape(text)).replaceAll("<code>$1</code>");
  }
}
