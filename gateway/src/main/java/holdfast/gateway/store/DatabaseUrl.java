package holdfast.gateway.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/// Where a PostgreSQL database is, and who goes in:
/// `postgresql://user:password@host:5432/database?sslmode=require`. The spellings `postgres://` and
/// `jdbc:postgresql://` mean the same; what stands behind `?` goes to the driver.
public final class DatabaseUrl {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:jdbc:)?postgres(?:ql)?://(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?"
              + "(?<host>[^@/?]+)/(?<database>[^/?]+)(?:\\?(?<query>.*))?");

  private final String address;
  private final Optional<String> query;
  private final Optional<String> user;
  private final Optional<String> password;

  private DatabaseUrl(
      String address, Optional<String> query, Optional<String> user, Optional<String> password) {
    this.address = address;
    this.query = query;
    this.user = user;
    this.password = password;
  }

  /// Empty when it has another form.
  public static Optional<DatabaseUrl> parse(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new DatabaseUrl(
            parts.group("host") + "/" + parts.group("database"),
            Optional.ofNullable(parts.group("query")),
            Optional.ofNullable(parts.group("user")).map(DatabaseUrl::decoded),
            Optional.ofNullable(parts.group("password")).map(DatabaseUrl::decoded)));
  }

  /// `%40` and the like; a plus stays one.
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  String jdbc() {
    return "jdbc:postgresql://" + address + query.map(each -> "?" + each).orElse("");
  }

  Properties credentials() {
    var properties = new Properties();
    user.ifPresent(name -> properties.setProperty("user", name));
    password.ifPresent(word -> properties.setProperty("password", word));
    return properties;
  }

  /// Host and database: passwords stand in front of them or behind.
  @Override
  public String toString() {
    return address;
  }
}
