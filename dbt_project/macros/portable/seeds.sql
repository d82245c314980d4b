{# How a seed's rows come in. dbt's own way binds every cell by itself, at a macro call and a failed
   import each, a second for all of a codebook; its way by COPY breaks on a path with a quote. #}

{% macro duckdb__load_csv_rows(model, agate_table) -%}
    {% set file = adapter.get_seed_file_path(model) | replace("'", "''") %}
    {% set sql -%}
        copy {{ this.render() }} from '{{ file }}' (
            format csv, header true, auto_detect false, strict_mode false,
            delimiter ',', quote '"', escape '"', nullstr ''
        )
    {%- endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{%- endmacro %}
