import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.simulate.Journal;
import cn.unionecard.workbench.simulate.JournalCheck;
import java.nio.file.Path;
import java.sql.Connection;

/**
 * What became of the records that tills were answered: {@code java -cp ecard-workbench.jar Acknowledged.java
 * JOURNAL POSTGRES_URL}, the journal being that of {@code simulate --journal}. Prints how many were acknowledged, and how
 * many of them are missing in the ledger, doubled or different; then the first few in words.
 */
class Acknowledged {
  public static void main(String[] args) throws Exception {
    try (Connection database = PostgresUrl.parse(args[1]).jdbcConnection()) {
      JournalCheck.Result found = JournalCheck.check(Journal.read(Path.of(args[0])), database);
      System.out.println(
          found.acknowledged() + " " + found.missing() + " " + found.doubled() + " " + found.different());
      found.examples().stream().limit(3).forEach(System.out::println);
    }
  }
}
