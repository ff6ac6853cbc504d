package holdfast.gateway.store;

import java.sql.SQLException;
import java.util.Optional;
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

  /// Keeps other gateways from the database while this one is open. `place`: what only one process
  /// can hold at a time, and this one does.
  ///
  /// @throws StoreRefused when another one has it
  void claim(Optional<String> place);

  /// Watches the claim once the database is open.
  void watch(Claim.Listener listener);

  /// Whether this gateway may write: nobody else may be at work.
  boolean mayWrite();

  /// Gives back what keeps others from the database.
  @Override
  void close();
}
