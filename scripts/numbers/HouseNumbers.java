package numbers;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Counts, over the syntax trees and the text of the main code without the simulator, what {@link Row} says. Nothing is
 * compiled, so types are known by their names only: a rough count, but the same before and after a refactoring.
 */
final class HouseNumbers {

    private final Path root;
    private Found found;
    private int codeLines;
    private int longest;

    private HouseNumbers(Path root) {
        this.root = root;
    }

    /** Prints the table for the code under the directory given last; {@code --list} before it adds every place. */
    public static void main(String[] arguments) throws IOException {
        HouseNumbers numbers = new HouseNumbers(Path.of(arguments[arguments.length - 1]));
        numbers.count();
        numbers.printTable();
        if (arguments[0].equals("--list")) {
            numbers.printPlaces();
        }
    }

    private void count() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null,
                    manager.getJavaFileObjectsFromPaths(files()));
            found = new Found(Trees.instance(task).getSourcePositions());
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            Types types = new Types();
            types.scan(units, null);
            for (CompilationUnitTree unit : units) {
                count(unit, types);
            }
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !relative(path).contains("/simulator/")).sorted().toList();
        }
    }

    private String relative(Path path) {
        return root.relativize(path).toString();
    }

    private void count(CompilationUnitTree unit, Types types) throws IOException {
        String file = relative(Path.of(unit.getSourceFile().toUri()));
        Code code = Code.of(unit.getSourceFile().getCharContent(true).toString());
        code.count(file, found);
        codeLines += code.codeLines();
        longest = Math.max(longest, code.lines());
        new Decisions(types, unit, file, found).scan(unit, null);
        new Shape(types, unit, file, found).scan(unit, null);
    }

    private String now(Row row) {
        return switch (row) {
            case DECIDE -> "" + found.files(row);
            case TERNARIES, LOGIC -> String.format(Locale.ROOT, "%.1f", found.of(row).size() * 1000.0 / codeLines);
            case LONGEST -> "" + longest;
            case SAME_KIND -> "see FailureMatrixTest";
            default -> "" + found.of(row).size();
        };
    }

    private void printTable() {
        System.out.println("| main code without the simulator | begun from | now | aim |\n| --- | --- | --- | --- |");
        for (Row row : Row.values()) {
            System.out.println("| " + row.words + " | " + row.begun + " | " + now(row) + " | " + row.aim + " |");
        }
        System.out.println("\n" + codeLines + " code lines: neither blank nor comment, import or package.");
    }

    private void printPlaces() {
        for (Row row : Row.values()) {
            if (!found.of(row).isEmpty()) {
                System.out.println("\n## " + row.words);
                found.of(row).forEach(System.out::println);
            }
        }
    }
}
