package holdfast.gateway.store;

import java.sql.SQLException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// One of the two databases, before anything is asked of it: how to reach it.
interface Engine extends AutoCloseable {
  Dialect dialect();

  /// What people know it by; without a password.
  String name();

  /// A connection that only reads; each statement for itself.
  Statements reading() throws SQLException;

  /// A connection that writes in transactions, each of them durable once it is committed.
  Statements writing() throws SQLException;

  /// How the layout is brought up to date.
  FluentConfiguration migrating();

  /// Gives back what keeps others from the database.
  @Override
  void close();
}
