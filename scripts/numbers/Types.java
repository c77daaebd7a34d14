package numbers;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/** The types of the main code by their simple names, nested ones too. */
final class Types extends TreeScanner<Void, Void> {

    private static final Pattern STATUS_OR_KIND = Pattern.compile("status|kind");
    private static final Pattern THROWABLE = Pattern.compile(".*(Exception|Error|Throwable)");

    private final Map<String, ClassTree> byName = new HashMap<>();

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
        if (!type.getSimpleName().isEmpty()) {
            byName.put(type.getSimpleName().toString(), type);
        }
        return super.visitClass(type, nothing);
    }

    /** Whether {@code name} is an exception that carries a status or a kind, its own or its parent's. */
    boolean isFailure(String name) {
        return isThrowable(name) && carriesStatusOrKind(name);
    }

    private boolean isThrowable(String name) {
        ClassTree type = byName.get(name);
        if (type == null) {
            return THROWABLE.matcher(name).matches();
        }
        return type.getExtendsClause() != null && isThrowable(nameOf(type.getExtendsClause()));
    }

    private boolean carriesStatusOrKind(String name) {
        ClassTree type = byName.get(name);
        if (type == null) {
            return false;
        }
        return fields(type).anyMatch(field -> STATUS_OR_KIND.matcher(field.getName()).matches())
                || type.getExtendsClause() != null && carriesStatusOrKind(nameOf(type.getExtendsClause()));
    }

    /** The fields that each object has. */
    static Stream<VariableTree> fields(ClassTree type) {
        return type.getMembers().stream().filter(VariableTree.class::isInstance).map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC));
    }

    /** The last part of the name of a type, a constant or a called method. */
    static String nameOf(Tree tree) {
        if (tree instanceof MemberSelectTree select) {
            return select.getIdentifier().toString();
        }
        return tree instanceof IdentifierTree identifier ? identifier.getName().toString() : tree.toString();
    }
}
